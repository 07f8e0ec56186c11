"""
Make the file that is graded out of the notebook or the script that a student handed in.

What is left out is said in the student's own terms, cells and lines, and so is where a name that was asked for went.
"""

from __future__ import annotations

import ast
import bisect
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.listed import listed
from grader.model import Absent, SourceFile, SourceSpan
from grader.submission.definitions import (
    UNNEEDED,
    Demand,
    Omitted,
    Selection,
    choose,
    forbidden,
    in_order_of_need,
    unavailable,
)
from grader.submission.notebook import LostCell, NotANotebook, Notebook
from grader.submission.side_effects import Effects
from grader.submission.source_map import LAZILY, standing_in
from grader.submission.statements import (
    MAX_STATEMENTS,
    UNREADABLE,
    Definition,
    Statement,
    TooManyStatements,
    features_of,
    is_main_guard,
    is_of_the_future,
    join,
    split,
)

_ANNOTATIONS = frozenset({"annotations"})
_OF_A_NOTEBOOK = {
    "display": "from IPython.display import display",
    "get_ipython": "from IPython import get_ipython",
}
"""Where the names come from that a notebook has without an import."""
_FARTHEST = 1_000
"""Lines between two statements of a run; those between are written as empty ones, again for each run that spans them."""
_TOO_MANY = f"a notebook of more than {MAX_STATEMENTS:,} statements; that is more than is read"
_MAX_NOTES = 30
_LONGEST_NOTE = 500
_MAX_ABSENT = 300
_MAX_ENUMERATED = 12
_COMPOUND = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.AsyncFor, ast.While),
    *(ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match),
)
_LONGEST = 60
"""Characters of a statement that a note shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedFile:
    """The main file as it is graded."""

    source: str
    files: tuple[SourceFile, ...] = ()
    """Files that a notebook writes beside it."""
    omitted: tuple[str, ...] = ()
    source_map: tuple[SourceSpan, ...] = ()
    absent: tuple[Absent, ...] = ()
    wanted: frozenset[str] = frozenset()
    """Names that what is asked for needs, now or when it is called."""


def of_notebook(book: Notebook, demand: Demand) -> GradedFile:
    """
    Take a notebook by its definitions.

    Raises:
        NotANotebook: If it has more than MAX_STATEMENTS.
    """
    statements, lost = _statements(book, frozenset())
    lazily = _lacks_a_module(statements, demand)
    if lazily:
        statements, lost = _statements(book, _ANNOTATIONS)
    selection = choose(statements, demand)
    future = [LAZILY] if lazily else []
    future += [
        statement.text for statement in selection.selected if is_of_the_future(statement.node)
    ]  # must come first
    selected = in_order_of_need([statement for statement in selection.selected if not is_of_the_future(statement.node)])
    source, spans = _in_runs(future, selected)
    return GradedFile(
        source=source,
        files=book.files,
        omitted=_capped([*book.omitted, *map(_of_lost, lost), *_notes(selection)]),
        source_map=spans,
        absent=_absent(statements, selection, demand, lost),
        wanted=selection.wanted,
    )


def of_whole_notebook(book: Notebook) -> GradedFile:
    """
    Take all that a notebook does, cell by cell as it stands.

    Raises:
        NotANotebook: If it has more than MAX_STATEMENTS.
    """
    statements, lost = _statements(book, frozenset())
    future = [statement.text for statement in statements if is_of_the_future(statement.node)]
    # a `global` outside of functions says nothing, but may not stand after the name in one file
    said = [one for one in statements if not (is_of_the_future(one.node) or isinstance(one.node, ast.Global))]
    source, spans = _in_runs(future, said)
    return GradedFile(
        source=source,
        files=book.files,
        omitted=_capped([*book.omitted, *map(_of_lost, lost)]),
        source_map=spans,
    )


def of_script(source: str, demand: Demand) -> GradedFile:
    """Take a script: as it is, unless it does something when it is imported, and then by its definitions, line by line."""
    try:
        statements = split(source)
    except (TooManyStatements, *UNREADABLE):
        return GradedFile(source=source)
    effects = Effects(statements)
    selection = choose(statements, demand)
    if not any(_matters(statement, effects, demand) for statement in statements):
        everything = Selection(selected=tuple(statements), omitted=(), wanted=selection.wanted)
        absent = _absent(statements, everything, demand, ())
        return GradedFile(source=source, absent=absent, wanted=selection.wanted)
    begins = statements[0]
    has_room = begins.line > 1 or not isinstance(begins.node, _COMPOUND)  # on the first line, which must stay the first
    lazily = has_room and _lacks_a_module(statements, demand)
    if lazily:
        selection = choose(split(source, future=_ANNOTATIONS), demand)
    lines = join(selection.selected, first=1) or [""]
    if lazily:
        lines[0] = f"{LAZILY}; {lines[0]}" if lines[0] else LAZILY
    return GradedFile(
        source="\n".join(lines) + "\n",
        omitted=_capped(_notes(selection)),
        absent=_absent(statements, selection, demand, ()),
        wanted=selection.wanted,
    )


def _lacks_a_module(statements: Sequence[Statement], demand: Demand) -> bool:
    """Return whether some import is left out, because its module is not there or may not be used."""
    return any(
        unavailable(statement, demand.available) or forbidden(statement, demand.forbidden) for statement in statements
    )


def _matters(statement: Statement, effects: Effects, demand: Demand) -> bool:
    """Return whether a statement of a script must not run when the script is imported."""
    if is_main_guard(statement.node):
        return False
    if statement.defines is None and (effects.of(statement) is not None or effects.builds_a_network(statement)):
        return True
    return unavailable(statement, demand.available) is not None or forbidden(statement, demand.forbidden) is not None


def _statements(book: Notebook, future: frozenset[str]) -> tuple[list[Statement], list[LostCell]]:
    """
    Split all cells; returns also those that cannot be read.

    Args:
        future: What holds from the first cell as if it were imported from `__future__`.

    Raises:
        NotANotebook: If there are too many statements.
    """
    statements: list[Statement] = []
    lost = list(book.lost)
    for cell in book.cells:
        try:
            more = split(cell.source, cell.number, future, cell.file)
        except UNREADABLE:  # how deeply Python reads depends on how deeply it is called
            lost.append(LostCell(number=cell.number, why=": it cannot be read", text=cell.source, file=cell.file))
            continue
        except TooManyStatements:
            raise NotANotebook(_TOO_MANY) from None
        statements += more
        if len(statements) > MAX_STATEMENTS:
            raise NotANotebook(_TOO_MANY)
        future |= features_of(statement.node for statement in more)
    bound = {name for statement in statements for name in statement.binds}
    read = {name for statement in statements for name in statement.now | statement.later} - bound
    own = [one for name in sorted(read & _OF_A_NOTEBOOK.keys()) for one in split(_OF_A_NOTEBOOK[name])]
    return [*own, *statements], lost


def _runs(statements: Sequence[Statement]) -> Iterator[list[Statement]]:
    """Yield runs of statements that follow each other in one cell."""
    run: list[Statement] = []
    for statement in statements:
        if run:
            last = run[-1]
            is_elsewhere = (statement.file, statement.cell) != (last.file, last.cell)
            if is_elsewhere or not 0 <= statement.line - last.line <= _FARTHEST:
                yield run
                run = []
        run.append(statement)
    if run:
        yield run


def _in_runs(first: Sequence[str], statements: Sequence[Statement]) -> tuple[str, tuple[SourceSpan, ...]]:
    """Write statements one run after another, after lines that stand nowhere else."""
    lines = list(first)
    spans: list[SourceSpan] = []
    for run in _runs(statements):
        more = join(run, run[0].line)
        first_of_run = run[0]
        spans.append(
            SourceSpan(
                line=len(lines) + 1,
                lines=len(more),
                cell=first_of_run.cell,
                cell_line=first_of_run.line,
                file=first_of_run.file,
            )
        )
        lines += [*more, ""]
    return "\n".join(lines) + "\n", tuple(spans)


# --- what is said of it -------------------------------------------------------------------------------------------------


def _where(statement: Statement) -> str:
    return f"{standing_in(statement.file, statement.cell)}line {statement.node.lineno}"


def _of_lost(cell: LostCell) -> str:
    return f"{_called(cell)}{cell.why}; {'the cell' if cell.number else 'it'} is left out"


def _called(cell: LostCell) -> str:
    return standing_in(cell.file, cell.number).removesuffix(", ")


def _capped(notes: Iterable[str]) -> tuple[str, ...]:
    every = [note[:_LONGEST_NOTE] for note in sorted(notes, key=_cell_number)]
    more = len(every) - _MAX_NOTES
    return (*every[:_MAX_NOTES], f"and {more} more places where something is left out") if more > 0 else tuple(every)


def _cell_number(note: str) -> int:
    number = re.match(r"cell (\d+)", note)
    return int(number[1]) if number else sys.maxsize * (not note.startswith("line "))


def _notes(selection: Selection) -> Iterator[str]:
    """Yield a sentence for each reason why something is left out, with the first place and what stands there."""
    by_reason: dict[tuple[str, str], list[list[Omitted]]] = {}
    for group in _together(selection):
        chief = next((left for left in group if left.why != UNNEEDED), group[0])
        together = by_reason.setdefault((chief.statement.file, chief.why), [])
        together.append([chief, *(left for left in group if left is not chief)])
    for (file, why), groups in by_reason.items():
        (chief, *others), *elsewhere = groups
        where = [str(first.statement.cell or first.statement.line) for first, *_rest in groups]
        what = "cell" if chief.statement.cell else "line"
        if why == UNNEEDED and elsewhere:
            yield f"{standing_in(file, 0)}{what}s {listed(where, _MAX_ENUMERATED)}: left out, {why}"
            continue
        more = f" and {len(others)} more" if others else ""
        as_well = (
            f"; {what}{'s' * (len(elsewhere) > 1)} {listed(where[1:], _MAX_ENUMERATED)} likewise" if elsewhere else ""
        )
        yield f"{_where(chief.statement)}: left out, {why}: `{_beginning(chief.statement)}`{more}{as_well}"


def _together(selection: Selection) -> list[list[Omitted]]:
    """Return what is left out of each cell, or of each run of lines in a script, together."""
    groups: list[list[Omitted]] = []
    graded = {(statement.file, statement.line) for statement in selection.selected if not statement.cell}
    lines = sorted(graded)
    previous = None
    for left in selection.omitted:
        if not left.why:
            continue
        statement = left.statement
        # in a script, statements are of one run if nothing that is kept stands between them
        before = 0 if statement.cell else bisect.bisect_left(lines, (statement.file, statement.line))
        key = (statement.file, statement.cell, before)
        if key != previous:
            groups.append([])
            previous = key
        groups[-1].append(left)
    return groups


def _beginning(statement: Statement) -> str:
    """Return the first line of a statement, cut where it is long."""
    lines = statement.text.split("\n")
    start = statement.node.lineno - statement.line
    first = "".join(letter for letter in lines[min(start, len(lines) - 1)].strip() if letter.isprintable())
    more = len(first) > _LONGEST or len(lines) > start + 1
    return first[:_LONGEST].rstrip() + (" …" if more else "")


def _absent(
    statements: Sequence[Statement], selection: Selection, demand: Demand, lost: Sequence[LostCell]
) -> tuple[Absent, ...]:
    """Say where names went: those that are asked for, and those that what is left out would have bound."""
    present = {name for statement in selection.selected for name in statement.binds}
    why: dict[str, str] = {}
    for left in selection.omitted:
        if left.why:
            for name in left.statement.binds - present:
                why[name] = f"{_where(left.statement)}, which defines it, is left out: {left.why}"
    for name in sorted(demand.names - present):
        hidden = _hidden(name, statements)
        cell = next((cell for cell in lost if re.search(rf"\b{re.escape(name)}\b", cell.text)), None)
        if hidden is not None:
            why[name] = hidden
        elif cell is not None:
            why[name] = f"{_called(cell)}, which names it, cannot be read{_reason(cell)}"
        elif name not in why and lost:
            why[name] = f"{_called(lost[0])} cannot be read{_reason(lost[0])}"
    ordered = sorted(why, key=lambda name: (name not in demand.names, name))
    return tuple(Absent(name=name[:200], why=why[name][:500]) for name in ordered[:_MAX_ABSENT])


def _reason(cell: LostCell) -> str:
    return f" ({cell.why.lstrip(', :')})"


def _hidden(name: str, statements: Sequence[Statement]) -> str | None:
    """Say in what a name is defined, if it is."""
    for statement in statements:
        waiting: list[tuple[ast.AST, str]] = [(statement.node, "")]
        while waiting:
            node, enclosing = waiting.pop()
            if enclosing and isinstance(node, Definition) and node.name == name:
                where = f"{standing_in(statement.file, statement.cell)}line {node.lineno}"
                return f"it is defined inside {enclosing} ({where}), where nobody else can reach it: move it to the top level"
            deeper = _enclosing(node) or enclosing
            waiting += [
                (child, deeper)
                for child in ast.iter_child_nodes(node)
                if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case)
            ]
    return None


def _enclosing(node: ast.AST) -> str | None:
    if isinstance(node, ast.ClassDef):
        return f"class `{node.name}`"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return f"`{node.name}()`"
    return "`if __name__ == …`" if isinstance(node, ast.stmt) and is_main_guard(node) else None
