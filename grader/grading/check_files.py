"""
What can be seen to be wrong in a check file without running it: names that are asked for and that nobody has.

A check that asks a submission for a misspelt name would otherwise find out in a grading, and only where it gets so far.
"""

from __future__ import annotations

import ast
import difflib
import functools
import importlib.util
from collections.abc import Collection, Mapping
from pathlib import Path

from grader.errors import AssignmentError
from grader.model import Assignment
from grader.proxy import asked_lines

_SIDES = ("student", "reference")
"""The fixtures whose attributes are what an exercise provides."""
_PUBLIC = ("grader.checks", "grader.datasets")
"""What check files import of the grader."""


def refuse_unknown_names(path: Path, assignment: Assignment) -> None:
    """
    Refuse a check file that asks a submission for what no exercise provides, or the grader for what it has not.

    Raises:
        AssignmentError: If it does; the text names file, line and what was probably meant.
    """
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return  # pytest has said so
    provided = dict.fromkeys(name for exercise in assignment.exercises for name in exercise.provides)
    if provided:
        _refuse_unprovided(tree, path, provided | dict.fromkeys(assignment.modules))
    _refuse_unexported(tree, path)
    _refuse_lines_that_ask_nothing(tree, path)


def _refuse_lines_that_ask_nothing(tree: ast.AST, path: Path) -> None:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="use"), args=[ast.Constant(value=str(lines))]):
                try:
                    asked_lines(lines)
                except AssignmentError as error:
                    raise AssignmentError(f"{path}:{node.lineno}: {error}") from None


def _refuse_unprovided(tree: ast.AST, path: Path, provided: Collection[str]) -> None:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        sides = {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)} & {*_SIDES}
        for node in ast.walk(function) if sides else ():
            if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in sides):
                continue
            if node.attr not in provided:
                meant = _meant(node.attr, provided, "the exercises provide")
                raise AssignmentError(
                    f"{path}:{node.lineno}: `{node.value.id}.{node.attr}`: no exercise provides `{node.attr}`; {meant}"
                )


def _refuse_unexported(tree: ast.AST, path: Path) -> None:
    modules = _modules(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        module = _module_of(node.value, modules)
        if module is not None and _submodule(module, node.attr) is None and node.attr not in _names_in(module):
            public = [name for name in _names_in(module) if not name.startswith("_")]
            meant = _meant(node.attr, public, f"{module} has")
            raise AssignmentError(f"{path}:{node.lineno}: `{ast.unparse(node)}`: there is no such name; {meant}")


def _meant(name: str, known: Collection[str], there: str) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"{there}: {', '.join(known)}"


def _modules(tree: ast.AST) -> Mapping[str, str]:
    """Return the modules of the grader that a file imports, by the names that it has for them."""
    return {
        alias.asname or alias.name: module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module
        and f"{node.module}.".startswith(tuple(f"{one}." for one in _PUBLIC))
        for alias in node.names
        if (module := _submodule(node.module, alias.name)) is not None
    }


def _module_of(node: ast.expr, modules: Mapping[str, str]) -> str | None:
    """Return the module that an expression such as `expect.network` is, or None."""
    if isinstance(node, ast.Name):
        return modules.get(node.id)
    if isinstance(node, ast.Attribute) and (outer := _module_of(node.value, modules)) is not None:
        return _submodule(outer, node.attr)
    return None


@functools.cache
def _submodule(package: str, name: str) -> str | None:
    """Return the full name of a module of a package, or None if it has none of that name."""
    inner = f"{package}.{name}"
    try:
        return inner if importlib.util.find_spec(inner) is not None else None
    except ModuleNotFoundError:  # what should be a package is none
        return None


@functools.cache
def _names_in(module: str) -> tuple[str, ...]:
    """Return what a module defines or imports, read and not imported: torch would take a second."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    names: dict[str, None] = {}
    for node in ast.walk(ast.parse(Path(spec.origin).read_bytes())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names[node.name] = None
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= dict.fromkeys(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names[node.id] = None
    return tuple(sorted(names))
