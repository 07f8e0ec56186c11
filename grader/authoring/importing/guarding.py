"""
Keep what a notebook only shows from being run where the source is imported: examples, plots, experiments.

They stand under `if __name__ == "__main__":`, which a notebook runs, and nothing that is asked for needs them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.authoring.importing.bindings import bound_by, changed_by
from grader.authoring.importing.draft import Part, Role
from grader.authoring.importing.notebook import parsed

_GUARD = 'if __name__ == "__main__":'
_MARK = re.compile(r"\s*#\s?SOLUTION NO PROMPT\s*$")
_SHOWN = ast.Name | ast.Attribute | ast.Subscript | ast.BinOp | ast.Compare | ast.Tuple | ast.List


def guarded(parts: Sequence[Part], asked: Sequence[str]) -> list[Part]:
    """Return the cells of a source in which only what is needed is run by an import; *asked* are values that checks ask for."""
    trees = [parsed(part.text) if part.role is not Role.PROSE else None for part in parts]
    statements = [
        (part.role, statement)
        for part, tree in zip(parts, trees, strict=True)
        if tree is not None
        for statement in tree.body
    ]
    running = _running(statements, asked)
    return [
        part if tree is None else replace(part, text=_with_guards(part.text, tree, running))
        for part, tree in zip(parts, trees, strict=True)
    ]


def _running(statements: Sequence[tuple[Role, ast.stmt]], asked: Sequence[str]) -> frozenset[ast.stmt]:
    """Return the statements that are run: definitions, what students write, and whatever these need."""
    running: set[ast.stmt] = set()
    needed = set(asked)
    added = True
    while added:
        added = False
        for role, statement in statements:
            if statement in running:
                continue
            binds = {*bound_by(statement), *changed_by(statement)}
            if _always_runs(role, statement) or binds & needed:
                running.add(statement)
                needed |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
                added = True
    return frozenset(running)


def _always_runs(role: Role, statement: ast.stmt) -> bool:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
        return True
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return True  # a text: a prompt, or a docstring
    if role is Role.SOLUTION and isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.If):
        return True
    return isinstance(statement, ast.Expr) and ast.unparse(statement).partition("(")[0].endswith("seed")


def _with_guards(text: str, tree: ast.Module, running: frozenset[ast.stmt]) -> str:
    lines = text.split("\n")
    made: list[str] = []
    done = 0
    is_open = False
    for statement in tree.body:
        first, last = statement.lineno - 1, statement.end_lineno or statement.lineno
        between = lines[done:first]
        is_open = is_open and not any(line.strip() for line in between)
        if statement in running or _shares_a_line(statement, tree):
            made += [*between, *lines[first:last]]
            is_open = False
        else:
            marked = _MARK.search(lines[last - 1])
            is_open = is_open and not marked
            made += between
            made += [] if is_open else ["# BEGIN SOLUTION NO PROMPT", _GUARD] if marked else [_GUARD]
            made += _indented(
                statement, [_MARK.sub("", line) for line in lines[first:last]], is_last=statement is tree.body[-1]
            )
            made += ["# END SOLUTION"] if marked else []
            is_open = not marked
        done = last
    return "\n".join([*made, *lines[done:]])


def _indented(statement: ast.stmt, lines: Sequence[str], *, is_last: bool) -> Iterator[str]:
    """Yield the lines of a statement in a block; what a notebook would show is printed."""
    if is_last and isinstance(statement, ast.Expr) and _is_shown(statement.value):
        yield f"    print({ast.unparse(statement.value)})"
    elif any(
        isinstance(node, ast.Constant | ast.JoinedStr) and node.lineno != node.end_lineno
        for node in ast.walk(statement)
    ):
        yield from (f"    {line}" for line in ast.unparse(statement).split("\n"))  # no text in it may be indented
    else:
        yield from (f"    {line}" if line.strip() else line for line in lines)


def _is_shown(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id not in ("print", "display", "help")
    return isinstance(node, _SHOWN)


def _shares_a_line(statement: ast.stmt, tree: ast.Module) -> bool:
    return any(
        other is not statement
        and other.lineno <= (statement.end_lineno or 0)
        and (other.end_lineno or 0) >= statement.lineno
        for other in tree.body
    )
