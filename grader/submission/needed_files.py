"""
Tell which files of a submission the graded one imports, directly or through others.

What is imported under a name that is only known when it runs cannot be seen; a name or a path that stands there as a text can.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from grader.submission.statements import LONGEST_MODULE, tree_of

_BY_NAME = frozenset({"import_module", "__import__", "run_module", "run_path"})


def needed(main: str, files: Mapping[str, bytes], unread: Collection[str] = ()) -> frozenset[str]:
    """
    Return the paths among *files* and *unread* that the file at *main* needs, itself not among them.

    Args:
        files: What each file holds, by its path.
        unread: Paths of which nothing is known; what they import is not followed.
    """
    by_module = _by_module([path for path in (*files, *unread) if path != main])
    found: set[str] = set()
    waiting = [main]
    while waiting:
        path = waiting.pop()
        for module in modules_of(files.get(path, b""), path):
            for other in by_module.get(module, ()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
    return frozenset(found)


def imported_modules(tree: ast.AST, folder: str) -> Iterator[str]:
    """
    Yield each module that is imported, `from a.b import c` as `a`, `a.b` and `a.b.c`, and texts that may name one.

    Args:
        folder: Where the file lies, for imports that start with a dot; empty for the top.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_parents(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = [part for part in folder.split("/") if part]
                base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [node.module])])
            yield from _with_parents(base)
            for alias in node.names if len(base) <= LONGEST_MODULE else ():
                yield f"{base}.{alias.name}" if base else alias.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lower().endswith(".py"):
            yield node.value.removeprefix("./")
        elif isinstance(node, ast.Call) and _called(node) in _BY_NAME and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield from _with_parents(first.value.lstrip("."))


def modules_of(content: bytes | str, path: str) -> Iterator[str]:
    """Yield what the file at *path* may import, as `imported_modules` does; nothing if it is no Python."""
    try:
        tree = tree_of(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    folder = PurePosixPath(path).parent
    yield from imported_modules(tree, "" if folder == PurePosixPath(".") else str(folder))


def _called(node: ast.Call) -> str | None:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else None


def _with_parents(module: str) -> Iterator[str]:
    parts = module.split(".") if 0 < len(module) <= LONGEST_MODULE else ()
    yield from (".".join(parts[: number + 1]) for number in range(len(parts)))


def _by_module(paths: Collection[str]) -> dict[str, set[str]]:
    """Return the files that a module may be: as it lies there, or below a folder that is put on the path."""
    modules: dict[str, set[str]] = {}
    for path in paths:
        parts = list(PurePosixPath(path).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        modules.setdefault(path, set()).add(path)
        for start in range(len(parts)):
            modules.setdefault(".".join(parts[start:]), set()).add(path)
    return modules
