"""
Decide which of several files is graded.  docs/students.md has the rule.

A candidate defines a name that the assignment asks for, and is not the stub as it was handed out.  Of several, the one with
the name that is asked for counts, then the newest of what systems call a file that is there already (`name-1.py`,
`name (2).py`), then the newest version if all are versions (`name_v1.py`, `name_v2.py`).  Beyond that nothing is guessed, but
that a file which another candidate imports or runs is its helper.
"""

from __future__ import annotations

import ast
import enum
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePosixPath

from grader.model import Assignment
from grader.submission import notebook, run_magics
from grader.submission.file_names import resubmission, sender
from grader.submission.needed_files import imported_modules
from grader.submission.statements import UNREADABLE, parse, tree_of

_VERSION = re.compile(r"[ _.-]*v?(\d{1,6})", re.IGNORECASE)
"""What a student puts behind the name of a file of which there are several."""
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Standing(enum.IntEnum):
    """How much a file is what the assignment asks for; more is better."""

    OTHER = 0
    """It defines nothing that is asked for."""
    STUB = 1
    """It is what was handed out."""
    NAMED = 2
    """It defines nothing that is asked for, but it has work in it, and the name that is asked for."""
    CANDIDATE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of a file before one is chosen."""

    path: str
    standing: Standing
    imports: frozenset[str] = frozenset()
    """Modules, as `needed_files.imported_modules` yields them."""
    stars: frozenset[str] = frozenset()
    """Modules of which it takes all names."""
    runs: frozenset[str] = frozenset()
    """Other files that it runs as a notebook does, which give it all their names."""


class Why(enum.StrEnum):
    """What decided for a file, as it follows `one file counts, and that `."""

    NAMED = "has the name that is asked for"
    NEWEST = "is the newest resubmission"
    NOT_IMPORTED = "is the only one that no other imports"
    ONLY = "is the only one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which files could be graded."""

    paths: tuple[str, ...]
    """One is chosen; of several nobody can tell which is meant; none if nothing is like what is asked for."""
    why: Why = Why.ONLY
    standing: Standing = Standing.OTHER
    passed_over: tuple[str, ...] = ()
    """Other candidates, helpers of the chosen one among them."""


def is_code(path: str) -> bool:
    """Return whether a file is a script or a notebook, by its name."""
    return path.lower().endswith((".py", ".ipynb"))


def is_notebook(path: str) -> bool:
    """Return whether a file is a notebook, by its name."""
    return path.lower().endswith(".ipynb")


def is_named(path: str, assignment: Assignment) -> bool:
    """Return whether a file has the name that is asked for, in any case and with either ending."""
    return PurePosixPath(path).stem.lower() == PurePosixPath(assignment.file).stem.lower()


def nearness(path: str, assignment: Assignment) -> tuple[int, int, int, str]:
    """Return what sorts files by how near their names are to the one that is asked for, the nearest first."""
    name = PurePosixPath(path)
    wanted = PurePosixPath(assignment.file)
    number = _resubmission(path, assignment)
    number = _version(path, assignment) if number is None else number
    if name.name == wanted.name:
        rank = 0
    elif name.name.lower() == wanted.name.lower():
        rank = 1
    elif name.stem.lower() == wanted.stem.lower():
        rank = 2
    else:
        rank = 4 if number is None else 3
    return (rank, len(name.parts), -(number or 0), path)


class Looking:
    """Looks at the files of one submission, for one assignment, of which *stub* is the file as it was handed out."""

    def __init__(self, assignment: Assignment, stub: bytes) -> None:
        self._assignment = assignment
        self._asked = frozenset(name for exercise in assignment.exercises for name in exercise.provides)
        self._mentions = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(self._asked)) or r"(?!)")
        self._stub = _definitions_of_stub(stub)

    def at(self, path: str, content: bytes) -> Seen:
        """Look at one file."""
        text = content.replace(b"\0", b"").decode("utf-8", errors="replace")
        mentions = self._mentions.search(text) is not None
        named = is_named(path, self._assignment)
        if not mentions and not named:
            return Seen(path=path, standing=Standing.OTHER)
        try:
            if not is_notebook(path):
                return self._of(path, tree_of(content))
            pieces = notebook.pieces_of(content)
            seen = self._of(path, self._tree_of_notebook(pieces))
            return replace(seen, runs=frozenset(islice(run_magics.files_run(pieces), run_magics.MAX_RUN)))
        except (*UNREADABLE, notebook.NotANotebook):  # what somebody meant to write may count all the same
            standing = Standing.CANDIDATE if mentions else Standing.NAMED if text.strip() else Standing.OTHER
            return Seen(path=path, standing=standing)

    def _of(self, path: str, tree: ast.Module) -> Seen:
        named = is_named(path, self._assignment)
        # under any other name, a file that only imports what is asked for is a test or a try
        bound = {name: node for name, node in _bound(tree.body) if named or not isinstance(node, ast.alias)}
        return Seen(
            path=path,
            standing=self._standing(path, {name: bound[name] for name in self._asked & bound.keys()}, tree),
            imports=frozenset(imported_modules(tree, "")),
            stars=frozenset(_stars(tree)) if named else frozenset(),
        )

    def unread(self, path: str) -> Seen:
        """Return what is known of a file that cannot be read: its name."""
        return Seen(path=path, standing=Standing.CANDIDATE if is_named(path, self._assignment) else Standing.OTHER)

    def _tree_of_notebook(self, pieces: Sequence[notebook.Piece]) -> ast.Module:
        max_bytes = self._assignment.policy.max_submission_bytes
        book = notebook.of_pieces(pieces, self._assignment.file, max_bytes)
        if book.code_bytes > max_bytes:
            raise notebook.NotANotebook("more code than is read")
        tree = ast.Module(body=[], type_ignores=[])
        for cell in book.cells:
            tree.body += parse(cell.source).body
        return tree

    def _standing(self, path: str, defined: Mapping[str, ast.AST], tree: ast.Module) -> Standing:
        if defined and any(self._is_done(name, node) for name, node in defined.items()):
            return Standing.CANDIDATE
        if defined:
            return Standing.STUB
        has_work = any(isinstance(node, _Definition) for node in ast.walk(tree))
        return Standing.NAMED if has_work and is_named(path, self._assignment) else Standing.OTHER

    def _is_done(self, name: str, node: ast.AST) -> bool:
        """Return whether a definition is more than the stub has."""
        return not _is_unimplemented(node) and _normalised(node) != self._stub.get(name)


def choose(files: Sequence[Seen], assignment: Assignment) -> Choice:
    """Choose what is graded."""
    paths = run_magics.Paths([file.path for file in files])
    files = _with_stars([_with_runs(file, paths) for file in files], assignment)
    best = max((file.standing for file in files), default=Standing.OTHER)
    if best is Standing.OTHER:
        return Choice(paths=())
    able = [file for file in files if file.standing is best]
    why, meant = _meant(able, assignment)
    rivals = (file.path for file in able if file.path not in meant) if best is Standing.CANDIDATE else ()
    return Choice(paths=meant, why=why, standing=best, passed_over=tuple(rivals))


def _meant(able: Sequence[Seen], assignment: Assignment) -> tuple[Why, tuple[str, ...]]:
    """Return the files of which one is meant, as few as the rule makes them."""
    named = _named([file.path for file in able], assignment)
    if named:
        return Why.NAMED, named
    paths = tuple(file.path for file in _without_helpers(able))
    newest = _newest(paths, assignment)
    if newest:
        return Why.NEWEST, newest
    return (Why.ONLY if len(able) == 1 else Why.NOT_IMPORTED), paths


def _named(paths: Sequence[str], assignment: Assignment) -> tuple[str, ...]:
    """Return the files of the name that is asked for, as nearly as there are any, in as few folders as there are."""
    wanted = PurePosixPath(assignment.file)
    named = (
        [path for path in paths if PurePosixPath(path).name == wanted.name],
        [path for path in paths if PurePosixPath(path).name.lower() == wanted.name.lower()],
        [path for path in paths if PurePosixPath(path).stem.lower() == wanted.stem.lower()],
    )
    for same in named:
        if same:
            depth = min(path.count("/") for path in same)
            return tuple(path for path in same if path.count("/") == depth)
    return ()


def _newest(paths: Sequence[str], assignment: Assignment) -> tuple[str, ...]:
    """Return the newest resubmission, or nothing if none is one; a version counts only where there are no other files."""
    again = {path: number for path in paths if (number := _resubmission(path, assignment)) is not None}
    if len({sender(PurePosixPath(path).stem) for path in again}) > 1:  # a class
        return ()
    if not again:
        again = {path: number for path in paths if (number := _version(path, assignment)) is not None}
        if len(again) < len(paths):
            return ()
    return tuple(path for path, number in again.items() if number == max(again.values()))


def _resubmission(path: str, assignment: Assignment) -> int | None:
    return resubmission(PurePosixPath(path).stem.lower(), PurePosixPath(assignment.file).stem.lower())


def _version(path: str, assignment: Assignment) -> int | None:
    """Return the number that a student has put behind the name that is asked for, or None."""
    stem, wanted = PurePosixPath(path).stem.lower(), PurePosixPath(assignment.file).stem.lower()
    found = _VERSION.fullmatch(stem.removeprefix(wanted)) if stem.startswith(wanted) else None
    return int(found[1]) if found else None


def _with_runs(file: Seen, paths: run_magics.Paths) -> Seen:
    """Return a file with the paths of the files that it runs."""
    if not file.runs:
        return file
    folder = posixpath.dirname(file.path)
    meant = (paths.meant(name, folder) for name in file.runs)
    return replace(file, runs=frozenset(path for path in meant if path is not None and path != file.path))


def _with_stars(files: Sequence[Seen], assignment: Assignment) -> Sequence[Seen]:
    """Let a file of the name that is asked for be a candidate as well if it takes all names of one."""
    able = {file.path for file in files if file.standing is Standing.CANDIDATE}
    modules = {_module(path) for path in able}
    return [
        replace(file, standing=Standing.CANDIDATE)
        if {star.rpartition(".")[2] for star in file.stars} & modules
        or (file.runs & able and is_named(file.path, assignment))
        else file
        for file in files
    ]


def _without_helpers(files: Sequence[Seen]) -> list[Seen]:
    """Return the files that no other one imports or runs; all of them if each is imported by some other."""
    importers: dict[str, set[str]] = {}
    for file in files:
        for name in file.imports:
            importers.setdefault(name.rpartition(".")[2], set()).add(file.path)
    imported = {file.path for file in files if importers.get(_module(file.path), set()) - {file.path}}
    imported |= {path for file in files for path in file.runs}
    return [file for file in files if file.path not in imported] or list(files)


def _module(path: str) -> str:
    return PurePosixPath(path).stem


def _definitions_of_stub(content: bytes) -> dict[str, str]:
    try:
        body = parse(content.decode()).body
    except UNREADABLE:
        return {}
    return {name: _normalised(node) for name, node in _bound(body)}


def _bound(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.AST]]:
    """Yield the names that statements bind at the top level, with what binds them; the last one counts."""
    waiting: list[ast.AST] = list(reversed(body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, _Definition):
            yield node.name, node
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name, alias) for alias in node.names)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = (part for target in targets for part in ast.walk(target))
            yield from ((part.id, node) for part in names if isinstance(part, ast.Name))
        elif isinstance(node, ast.stmt) and not _is_main_guard(node):
            deeper = ast.iter_child_nodes(node)
            waiting += [part for part in deeper if isinstance(part, ast.stmt | ast.ExceptHandler | ast.match_case)][
                ::-1
            ]
        elif isinstance(node, ast.ExceptHandler | ast.match_case):
            waiting += node.body[::-1]


def _is_main_guard(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and any(
        isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test)
    )


def _stars(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and any(alias.name == "*" for alias in node.names):
            yield node.module


def _is_unimplemented(node: ast.AST) -> bool:
    """Return whether a function does nothing but raise NotImplementedError, or a class has no method that does more."""
    if isinstance(node, ast.ClassDef):
        function = ast.FunctionDef | ast.AsyncFunctionDef
        methods = [part for part in node.body if isinstance(part, function)]
        others = [part for part in _without_text(node.body) if not isinstance(part, function | ast.Pass)]
        return bool(methods) and not others and all(map(_is_unimplemented, methods))
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    body = [part for part in _without_text(node.body) if not _calls_super(part)]
    return len(body) == 1 and isinstance(body[0], ast.Raise) and _raises(body[0]) == "NotImplementedError"


def _raises(node: ast.Raise) -> str | None:
    error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return error.id if isinstance(error, ast.Name) else None


def _calls_super(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node.value) == "super().__init__()"


def _without_text(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    return [part for part in body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]


def _normalised(node: ast.AST) -> str:
    """Return what a definition is, without its texts, its annotations and where it stands."""
    copied = _Bare().visit(ast.parse(ast.unparse(node))) if isinstance(node, _Definition | ast.stmt) else node
    return ast.dump(copied)


class _Bare(ast.NodeTransformer):
    """Takes documentation and annotations out."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._bare(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self._bare(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._bare(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def _bare(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> ast.AST:
        node.body = _without_text(node.body)
        self.generic_visit(node)
        return node
