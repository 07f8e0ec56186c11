"""
Put our markers into a cell of which students write a part: the stub must be Python, and must not raise when it is imported.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.authoring.importing.notebook import parsed
from grader.authoring.markers import solutions_of, stub_of
from grader.errors import AssignmentError

_CELL = Path("cell")
_BLOCK_PROMPT = re.compile(
    r"^[ \t]*[rR]?(\"{3}|'{3})[ \t]*#\s?BEGIN PROMPT[ \t]*\n.*?\1;?[ \t]*#\s?END PROMPT[ \t]*$", re.M | re.S
)
_LINE_PROMPT = re.compile(r"^[ \t]*#\s?BEGIN PROMPT[ \t]*\n.*?^[ \t]*#\s?END PROMPT[ \t]*$", re.M | re.S)
_BEGIN = re.compile(r"#+\s?BEGIN SOLUTION\b.*")
"""At the margin, as the next two are."""
_END = re.compile(r"#+\s?END SOLUTION\b.*")
_STATEMENT = re.compile(r"(?!\s)(?!\w[\w, ]*(?::[^=]*)?=(?!=)).*#\s?SOLUTION\s*")
"""A marked line that assigns nothing."""
_MARK_OF_A_LINE = re.compile(r"\s*#\s?(?:SOLUTION(?: NO PROMPT)?|SEED)\s*$")
_MARK_OF_A_BLOCK = re.compile(r"\s*#+\s?(?:BEGIN|END) SOLUTION(?: NO PROMPT)?\b.*$")


def marked(source: str) -> str | None:
    """
    Return a cell with markers that our builder takes: its own, or some around everything that it does.

    None where it is no Python with or without them.
    """
    for text in (source, _adjusted(source), marked_whole(plain(source))):
        if text is not None and _has_a_stub(text):
            return text
    return None


def _adjusted(source: str) -> str | None:
    """Return a cell in which solutions outside of functions, of which a stub would raise, are marked so that it does not."""
    lines: list[str] = []
    block: list[str] | None = None
    for line in source.split("\n"):
        if _BEGIN.fullmatch(line) and block is None:
            block = []
        elif _END.fullmatch(line) and block is not None:
            held = marked_whole("\n".join(block))
            if held is None:
                return None
            lines.append(held)
            block = None
        elif block is not None:
            block.append(line)
        elif _STATEMENT.fullmatch(line):
            lines.append(line.rstrip() + " NO PROMPT")
        else:
            lines.append(line)
    return "\n".join(lines) if block is None else None


def plain(source: str) -> str:
    """Return the code of a cell without any marker or prompt."""
    source = _LINE_PROMPT.sub("", _BLOCK_PROMPT.sub("", source))
    lines = (_MARK_OF_A_LINE.sub("", line) for line in source.split("\n") if not _MARK_OF_A_BLOCK.fullmatch(line))
    return "\n".join(lines).strip("\n")


def marked_whole(source: str) -> str | None:
    """Return code with markers around the bodies of its functions and around its other statements."""
    tree = parsed(source)
    if tree is None or not tree.body:
        return None
    if all(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body):
        return f"# BEGIN SOLUTION NO PROMPT\n{source}\n# END SOLUTION"
    return "\n".join(_marked_body(tree.body, source.split("\n"), 0, "")).strip("\n")


def has_solution(source: str) -> bool:
    """Return whether code has a marker of a solution that our builder knows."""
    try:
        return bool(solutions_of(source, _CELL))
    except AssignmentError:
        return True


def unmarked_prose(text: str) -> str:
    """Return Markdown of which no line, as a comment, is a marker."""
    commented = "".join(f"# {line}\n" for line in text.split("\n"))
    try:
        if not solutions_of(commented, _CELL):
            return text
    except AssignmentError:
        pass
    return re.sub(r"\b(SOLUTION|PROMPT|TESTS?|BEGIN|END)\b", lambda found: found[0].capitalize(), text)


def _has_a_stub(text: str) -> bool:
    try:
        stub_of(text, _CELL)
    except (AssignmentError, RecursionError):
        return False
    return True


def _marked_body(body: Sequence[ast.stmt], lines: list[str], taken: int, indent: str) -> Iterator[str]:
    """Yield the lines of some statements, marked; *taken* lines of the source are done."""
    waiting: list[ast.stmt] = []
    begun = taken
    for node in body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and node.body[0].lineno > node.lineno
        ):
            yield from _marked_statements(waiting, lines[begun : first - 1], indent)
            waiting = []
            yield from _marked_definition(node, lines, first)
            begun = node.end_lineno or node.lineno
        else:
            waiting.append(node)
    last = (body[-1].end_lineno or body[-1].lineno) if waiting else begun
    yield from _marked_statements(waiting, lines[begun:last], indent)


def _marked_definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, lines: list[str], first: int
) -> Iterator[str]:
    body: list[ast.stmt] = node.body
    documented = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    if documented:
        body = body[1:]
    head = node.body[0].end_lineno if documented else node.body[0].lineno - 1
    head = head or node.lineno
    if isinstance(node, ast.ClassDef):
        yield from lines[first - 1 : head]
        if body:
            yield from _marked_body(body, lines, head, " " * body[0].col_offset)
        return
    if not body:  # nothing to write: a docstring alone
        yield from lines[first - 1 : node.end_lineno]
        return
    indent = " " * body[0].col_offset
    yield from lines[first - 1 : head]
    yield f"{indent}# BEGIN SOLUTION"
    yield from lines[head : node.end_lineno]
    yield f"{indent}# END SOLUTION"


def _marked_statements(statements: list[ast.stmt], lines: list[str], indent: str) -> Iterator[str]:
    """Yield statements that are in no function, of which the stub has the names, each as `name = ...`."""
    if not any(line.strip() for line in lines):
        yield from lines
        return
    if all(isinstance(node, ast.Import | ast.ImportFrom) for node in statements):
        yield from lines
        return
    while lines and not lines[0].strip():
        yield lines.pop(0)
    after = 0
    while not lines[-1 - after].strip():
        after += 1
    held = lines[: len(lines) - after]
    yield f"{indent}# BEGIN SOLUTION NO PROMPT"
    yield from held
    yield f"{indent}# END SOLUTION"
    names = _assigned(statements)
    if names or indent:
        yield f'{indent}""" # BEGIN PROMPT'
        yield from (f"{indent}{name} = ..." for name in names)
        if not names:
            yield f"{indent}..."
        yield f'{indent}"""  # END PROMPT'
    yield from lines[len(lines) - after :]


def _assigned(statements: Sequence[ast.stmt]) -> tuple[str, ...]:
    """Return the names that statements bind, as far as they are no loop's own."""
    names: dict[str, None] = {}
    for statement in statements:
        for node in (statement, *(ast.walk(statement) if isinstance(statement, ast.If | ast.With | ast.Try) else ())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.AnnAssign | ast.NamedExpr):
                targets = [node.target]
            for target in targets:
                names |= dict.fromkeys(
                    one.id for one in ast.walk(target) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
                )
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names[statement.name] = None
    return tuple(names)
