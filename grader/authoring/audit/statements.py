"""
Mutants of a function at the level of its statements: one left out, two exchanged, one that leaves its loop or goes into it.

A training loop is wrong in these ways more often than in its arithmetic: no `zero_grad`, `step` before `backward`, no `train()`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementMutant:
    """A module in which one statement of a function is missing or stands elsewhere."""

    name: str
    """Of the mistake."""
    what: str
    """What it is: "a function in which two lines are exchanged"."""
    source: str


def mutants_of(source: str, name: str) -> Iterator[StatementMutant]:
    """Yield the mutants of a function of a module, or of the methods of a class; none where it has nothing of that name."""
    tree = ast.parse(source)
    for definition in tree.body:
        if not isinstance(definition, ast.FunctionDef | ast.ClassDef) or definition.name != name:
            continue
        is_class = isinstance(definition, ast.ClassDef)
        functions = [one for one in (definition.body if is_class else [definition]) if isinstance(one, ast.FunctionDef)]
        for function in functions:
            where = f"a class whose `{function.name}` is one" if is_class else "a function"
            for mistake, what in _each(function):
                text = ast.unparse(ast.fix_missing_locations(tree))
                yield StatementMutant(name=mistake, what=f"{where} {what}", source=f"{text}\n")


def _each(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Change a function in each way in turn, and back; yields the name of the mistake and what it is while it stands."""
    decorators = function.decorator_list
    for place in range(len(decorators)):
        function.decorator_list = decorators[:place] + decorators[place + 1 :]
        yield "a_decorator_is_missing", f"without `@{ast.unparse(decorators[place])}`"
        function.decorator_list = decorators
    for node in list(ast.walk(function)):
        for block in _BLOCKS:
            right = getattr(node, block, None)
            if not isinstance(right, list):
                continue
            for mistake, what, wrong in _wrong(right):
                setattr(node, block, wrong or [ast.Pass()])
                yield mistake, what
                setattr(node, block, right)


def _wrong(block: list[ast.stmt]) -> Iterator[tuple[str, str, list[ast.stmt]]]:
    """Yield what a mistake makes of the statements of a block."""
    first = 1 if block and _is_docstring(block[0]) else 0
    for place in range(first, len(block)):
        one, before, after = block[place], block[:place], block[place + 1 :]
        yield "a_line_is_missing", f"without `{_told(one)}`", [*before, *after]
        if after and _depend(one, after[0]):
            what = f"in which `{_told(after[0])}` comes before `{_told(one)}`"
            yield "two_lines_exchanged", what, [*before, after[0], one, *after[1:]]
        if isinstance(one, ast.For | ast.While) and len(one.body) > 1:
            *inner, last = one.body
            what = f"in which `{_told(last)}` stands behind the loop"
            yield "a_line_left_its_loop", what, [*before, _with_body(one, inner), last, *after]
        if isinstance(one, ast.For | ast.While) and place > first:
            *earlier, moved = before
            what = f"in which `{_told(moved)}` stands in the loop"
            yield "a_line_went_into_the_loop", what, [*earlier, _with_body(one, [moved, *one.body]), *after]


def _with_body(loop: ast.For | ast.While, body: list[ast.stmt]) -> ast.stmt:
    if isinstance(loop, ast.While):
        return ast.While(test=loop.test, body=body, orelse=loop.orelse)
    return ast.For(target=loop.target, iter=loop.iter, body=body, orelse=loop.orelse)


def _depend(one: ast.stmt, other: ast.stmt) -> bool:
    """Return whether it may matter which of two statements comes first: one writes a name of the other, or neither writes any."""
    written, read = _written(one) | _written(other), _names(one) & _names(other)
    return bool(written & read) or not written


def _names(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _written(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _told(statement: ast.stmt) -> str:
    return ast.unparse(statement).splitlines()[0]


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
