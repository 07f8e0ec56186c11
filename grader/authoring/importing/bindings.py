"""
Which cell of a notebook binds which name, and how: what a test reads may come from anywhere above it.
"""

from __future__ import annotations

import ast
import enum
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grader.authoring.importing.notebook import parsed


class Kind(enum.Enum):
    """What a name is."""

    FUNCTION = "a function"
    CLASS = "a class"
    MODULE = "imported"
    VALUE = "a value"


class Origin(enum.Enum):
    """Whose cell it is."""

    GIVEN = "given"
    SOLUTION = "a solution"
    TEST = "a test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A cell with code."""

    number: int
    origin: Origin
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Where a name gets its value."""

    cell: int
    origin: Origin
    kind: Kind
    node: ast.stmt


class Bindings:
    """All names that the cells of a notebook bind outside of functions."""

    def __init__(self, cells: Iterable[Code]) -> None:
        self._bindings: dict[str, list[Binding]] = {}
        self._changed: dict[str, dict[int, list[ast.stmt]]] = {}
        self.is_seeded = False
        """Whether a cell seeds a generator: then what is drawn depends on what was drawn before."""
        for cell in cells:
            self.is_seeded = self.is_seeded or _SEEDS.search(cell.source) is not None
            tree = parsed(cell.source)
            for statement in tree.body if tree is not None else ():
                for name, kind in _bound(statement):
                    one = Binding(cell=cell.number, origin=cell.origin, kind=kind, node=statement)
                    self._bindings.setdefault(name, []).append(one)
                for name in changed_by(statement):
                    self._changed.setdefault(name, {}).setdefault(cell.number, []).append(statement)

    def before(self, name: str, cell: int) -> Binding | None:
        """Return what a name was bound by last when a cell runs, of the cells before it; or None."""
        found = [one for one in self._bindings.get(name, ()) if one.cell < cell]
        return found[-1] if found else None

    def steps(self, name: str, cell: int) -> list[ast.stmt]:
        """Return the statements of a cell that bind a name or change its value in place, in order."""
        found = [one.node for one in self._bindings.get(name, ()) if one.cell == cell]
        found += self._changed.get(name, {}).get(cell, ())
        return sorted(dict.fromkeys(found), key=lambda node: node.lineno)

    def is_changed_between(self, name: str, first: int, last: int) -> bool:
        """Return whether a cell between two others changes a value in place."""
        return any(first < cell < last for cell in self._changed.get(name, ()))

    def is_changed_elsewhere(self, name: str, cell: int) -> bool:
        """Return whether any other cell changes a value in place."""
        return any(other != cell for other in self._changed.get(name, ()))

    def is_of_one_cell(self, name: str, cell: int) -> bool:
        """Return whether no other cell binds a name."""
        return {one.cell for one in self._bindings.get(name, ())} == {cell}

    def of_solutions(self, kind: Kind) -> Mapping[str, Binding]:
        """Return what of a kind cells with a solution define; the last one of a name."""
        return {
            name: found[-1]
            for name, found in self._bindings.items()
            if found[-1].origin is Origin.SOLUTION and found[-1].kind is kind
        }


def bound_by(statement: ast.stmt) -> tuple[str, ...]:
    """Return the names that a statement binds."""
    return tuple(name for name, _kind in _bound(statement))


def _bound(statement: ast.stmt) -> Iterator[tuple[str, Kind]]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        yield statement.name, Kind.FUNCTION
    elif isinstance(statement, ast.ClassDef):
        yield statement.name, Kind.CLASS
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0], Kind.MODULE
    else:
        for node in _outside_of_functions(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                is_lambda = isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda)
                yield node.id, Kind.FUNCTION if is_lambda else Kind.VALUE
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name, Kind.FUNCTION if isinstance(node, ast.FunctionDef) else Kind.CLASS


def changed_by(statement: ast.stmt) -> Iterator[str]:
    """Yield the names whose values a statement changes in place, as far as that can be seen."""
    for node in _outside_of_functions(statement):
        if isinstance(node, ast.AugAssign):
            yield from _roots(node.target)
        elif isinstance(node, ast.Assign | ast.Delete):
            for target in node.targets:
                if isinstance(node, ast.Delete) or not isinstance(target, ast.Name):
                    yield from _roots(target)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            in_place = any(word.arg == "inplace" for word in node.value.keywords)  # as pandas calls it
            if isinstance(function, ast.Attribute) and (function.attr in _CHANGES or in_place):
                yield from _roots(function.value)


_SEEDS = re.compile(r"(?:seed|RandomState|default_rng)\(\s*[\w-]")
_CHANGES = (
    *("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"),
    *("update", "add", "discard", "setdefault", "fill", "resize"),
)


def _roots(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _outside_of_functions(statement: ast.AST) -> Iterator[ast.AST]:
    yield statement
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return
    if isinstance(statement, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        return
    for child in ast.iter_child_nodes(statement):
        yield from _outside_of_functions(child)
