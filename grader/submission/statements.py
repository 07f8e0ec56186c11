"""
Split Python source into its top-level statements, with the names that each binds, changes and needs, and back into lines.

Nothing runs.  Walks are loops, not recursions: a submission may be nested as deeply as the parser allows.
"""

from __future__ import annotations
import __future__

import ast
import functools
import re
import symtable
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

_COMPREHENSIONS = {"listcomp", "setcomp", "dictcomp", "genexpr", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
"""What Python raises for source that it cannot read."""
MAX_STATEMENTS = 10_000
"""Top-level statements that are judged; nobody writes so many, and the time grows faster than their number."""
LONGEST_MODULE = 1_000
"""Letters of a module's name; nothing is called so, and it would be repeated for each name that is imported from it."""


class TooManyStatements(Exception):
    """Source has more than MAX_STATEMENTS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One top-level statement, or one name of an import statement."""

    node: ast.stmt
    text: str
    cell: int
    """Number of its cell; 0 in a script."""
    file: str
    """The file that it stands in, where a notebook runs it; empty in the given file itself."""
    line: int
    """First line in its cell or script, from 1; a decorator's, where there is one."""
    alone: bool
    """Whether no other statement stands on its lines."""
    binds: frozenset[str]
    """Names that it gives a value."""
    changes: frozenset[str]
    """Names whose value it changes: `x.append(1)`, `x["a"] = 1`, `x += 1`, `x.attribute = 1`."""
    now: frozenset[str]
    """Names that it reads while it runs: base classes, decorators, defaults, class bodies."""
    later: frozenset[str]
    """Names that its functions read when they are called."""

    @property
    def defines(self) -> str | None:
        """Return the name of a function or class definition."""
        return self.node.name if isinstance(self.node, Definition) else None


def tree_of(source: str | bytes, filename: str = "<unknown>") -> ast.Module:
    """
    Return the syntax tree of source, and say nothing about it: an invalid escape in a student's string is not our output.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: If it is none; see UNREADABLE.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source, filename)


def parse(source: str) -> ast.Module:
    """
    Parse source as Python would before it runs it; `await` may stand outside of functions, as in a notebook.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError, OverflowError: If it is none; see UNREADABLE.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a student's string is not our output
        tree = ast.parse(source)
        _compile(tree)
    return tree


def _compile(tree: ast.Module) -> None:
    """Find what ast.parse lets through."""
    for node in tree.body:  # one by one: together, thousands of functions would take minutes
        part = ast.Module(body=[node], type_ignores=[])
        compile(part, "<submission>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def split(source: str, cell: int = 0, future: frozenset[str] = frozenset(), file: str = "") -> tuple[Statement, ...]:
    """
    Split source into statements; of an import each name is one.

    Args:
        future: What earlier cells import from `__future__`, which holds here as well: it decides when annotations run.

    Raises:
        TooManyStatements: If it has more than MAX_STATEMENTS.
        SyntaxError, ValueError, RecursionError, MemoryError, OverflowError: If it is no Python; see UNREADABLE.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a student's string is not our output
        tree = ast.parse(source)
        if sum(map(_number_of_parts, tree.body)) > MAX_STATEMENTS:
            raise TooManyStatements
        _compile(tree)
    lines = source_lines(source)
    features = ", ".join(sorted(future | features_of(tree.body)))
    before_each = f"from __future__ import {features}\n" if features else ""

    @functools.cache
    def encoded(number: int) -> bytes:
        return lines[number - 1].encode()

    spans = [(first_line(node), node.end_lineno or node.lineno) for node in tree.body]
    found: list[Statement] = []
    for number, (node, (first, last)) in enumerate(zip(tree.body, spans, strict=True)):
        before = number > 0 and spans[number - 1][1] >= first
        after = number + 1 < len(spans) and spans[number + 1][0] <= last
        alone = not (before or after)
        text = "\n".join(lines[first - 1 : last]) if alone else _cut(lines, encoded, first, node)
        for part, part_text in _parts(node, text):
            found.append(_statement(part, part_text, cell, file, first, before_each, alone=alone and part is node))
    return tuple(found)


def join(statements: Sequence[Statement], first: int) -> list[str]:
    """Put statements of one cell or script, in its order, back onto their lines; line *first* is the first of the result."""
    lines: list[str] = []
    for statement in statements:
        start = statement.line - first
        lines += [""] * (start + 1 - len(lines))
        head, *rest = statement.text.split("\n")
        lines[start] = f"{lines[start]}; {head}" if lines[start] else head
        lines += rest
    return lines


def source_lines(source: str) -> list[str]:
    """Split source where Python does, which is not at every line end that Unicode knows."""
    return re.split(r"\r\n|\r|\n", source)


def root(expression: ast.expr) -> str | None:
    """Return the name at the beginning of `name.attribute[item]`, or None."""
    while isinstance(expression, ast.Attribute | ast.Subscript | ast.Starred):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else None


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts that run when *node* runs: class bodies and defaults, but not the bodies of functions."""
    waiting: list[ast.AST] = [node]
    while waiting:
        part = waiting.pop()
        yield part
        match part:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                defaults = [value for value in (*part.args.defaults, *part.args.kw_defaults) if value is not None]
                waiting += [*part.decorator_list, *defaults]
            case ast.Lambda():
                waiting += [value for value in (*part.args.defaults, *part.args.kw_defaults) if value is not None]
            case _:
                waiting += ast.iter_child_nodes(part)


def is_of_the_future(node: ast.stmt) -> bool:
    """Return whether it is `from __future__ import …`."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def features_of(nodes: Iterable[ast.stmt]) -> frozenset[str]:
    """Return what statements import from `__future__`."""
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom) and is_of_the_future(node))
    return frozenset(alias.name for node in imports for alias in node.names)


def is_main_guard(node: ast.stmt) -> bool:
    """Return whether it is `if __name__ == "__main__":`."""
    return isinstance(node, ast.If) and any(
        isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test)
    )


def is_decorated(statement: Statement) -> bool:
    """Return whether it is a definition with a decorator."""
    return isinstance(statement.node, Definition) and bool(statement.node.decorator_list)


def first_line(node: ast.stmt) -> int:
    """Return the first line of a statement, that of its first decorator where it has one."""
    decorators = node.decorator_list if isinstance(node, Definition) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _cut(lines: list[str], encoded: Callable[[int], bytes], first: int, node: ast.stmt) -> str:
    """
    Cut a statement out of lines that it shares.

    Args:
        encoded: Returns a line by its number in UTF-8, whose bytes are what ast counts columns in.
    """
    last = node.end_lineno or node.lineno
    start = node.col_offset if first == node.lineno else 0
    if first == last:
        return encoded(first)[start : node.end_col_offset].decode(errors="replace")
    head = encoded(first)[start:].decode(errors="replace")
    tail = encoded(last)[: node.end_col_offset].decode(errors="replace")
    return "\n".join((head, *lines[first : last - 1], tail))


def _number_of_parts(node: ast.stmt) -> int:
    """Return into how many statements one is split: an import into its names."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return 1
    is_long = isinstance(node, ast.ImportFrom) and len(node.module or "") > LONGEST_MODULE
    return 1 if is_long else len(node.names)


def _parts(node: ast.stmt, text: str) -> Iterator[tuple[ast.stmt, str]]:
    if not isinstance(node, ast.Import | ast.ImportFrom) or _number_of_parts(node) == 1:
        yield node, text
        return
    for alias in node.names:
        if isinstance(node, ast.Import):
            part: ast.stmt = ast.Import(names=[alias])
        else:
            part = ast.ImportFrom(module=node.module, names=[alias], level=node.level)
        ast.copy_location(part, node)
        yield part, ast.unparse(part)


def _statement(node: ast.stmt, text: str, cell: int, file: str, line: int, future: str, *, alone: bool) -> Statement:
    binds, now, later = _names("" if is_of_the_future(node) else future, text)
    increased = _only_increased(node)
    binds, now = binds - increased, now | increased
    return Statement(
        node=node,
        text=text,
        cell=cell,
        file=file,
        line=line,
        alone=alone,
        binds=binds,
        changes=frozenset(_changes(node)),
        now=now,
        later=later,
    )


def _names(future: str, text: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return the module's names that a statement binds, reads now and reads later, as Python's own compiler sees them."""
    binds: set[str] = set()
    now: set[str] = set()
    later: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        top = symtable.symtable(future + text, "<submission>", "exec")
    waiting = [(top, now)]
    while waiting:
        table, reads = waiting.pop()
        for symbol in table.get_symbols():
            if table is top:
                of_future = future and symbol.get_name() in __future__.all_feature_names
                if symbol.is_assigned() or (symbol.is_imported() and not of_future):
                    binds.add(symbol.get_name())
                if symbol.is_referenced():
                    now.add(symbol.get_name())
            elif symbol.is_global():
                if symbol.is_referenced():
                    reads.add(symbol.get_name())
                elif symbol.is_assigned() and reads is now:
                    binds.add(symbol.get_name())  # (name := value) in a comprehension
        for child in table.get_children():
            runs_now = child.get_type() != "function" or child.get_name() in _COMPREHENSIONS
            waiting.append((child, reads if runs_now else later))
    return frozenset(binds), frozenset(now), frozenset(later)


def _only_increased(node: ast.stmt) -> frozenset[str]:
    """Return the names that it gives values by `+=` and the like alone: they must have one before."""
    increased: set[str] = set()
    targets: set[int] = set()
    stored: set[str] = set()
    for part in executed(node):
        if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name):
            increased.add(part.target.id)
            targets.add(id(part.target))
    if increased:
        names = (part for part in executed(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store))
        stored = {name.id for name in names if id(name) not in targets}
    return frozenset(increased - stored)


def _works_in_place(function: ast.expr) -> bool:
    """Return whether a function changes its first argument: `nn.init.zeros_(weight)`, `random.shuffle(items)`, `setattr`."""
    if isinstance(function, ast.Name):
        return function.id == "setattr"
    return isinstance(function, ast.Attribute) and (function.attr.endswith("_") or function.attr == "shuffle")


def _changes(node: ast.stmt) -> Iterator[str]:
    """Yield the names whose values change when the statement runs."""
    for part in executed(node):
        targets: list[ast.expr] = []
        match part:
            case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                targets = [part]
            case ast.AugAssign():
                targets = [part.target]
            case ast.Expr(value=ast.Call(func=function, args=args)):
                targets = [function] if isinstance(function, ast.Attribute) else []
                targets += args[:1] if _works_in_place(function) else []
        yield from (name for target in targets if (name := root(target)) is not None)
