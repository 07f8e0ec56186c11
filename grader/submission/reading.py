"""
Judge what a student sent and make it a Submission: copied, hashed, size-limited, never run.  `apart.py` has a process do it.

Notebooks, and scripts that would do something when they are imported, are taken by their definitions, unless they are read
whole.  What nobody can grade is a SubmissionError.  What is the student's to fix (empty, not UTF-8, a syntax error, a forbidden
import) becomes the Submission's *problem*, and every check gets it as its outcome.
"""

from __future__ import annotations

import ast
import codecs
import functools
import io
import sys
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.model import Assignment, Extent, Problem, ProblemKind, SourceFile, Submission
from grader.submission import discovery, notebook
from grader.submission.definitions import Demand, belongs_to
from grader.submission.discovery import HandedIn
from grader.submission.graded_file import GradedFile, of_notebook, of_script, of_whole_notebook
from grader.submission.source_map import line_as_written
from grader.submission.statements import LONGEST_MODULE

_OF_HOST_NAMES = frozenset({"punycode", "idna"})
"""Encodings of a few letters, which Python takes a time to decode that grows with the square of their length."""
_MAX_NAMED = 3
_COME_ALONG = {
    "torch": ("sympy", "networkx", "jinja2", "filelock", "fsspec", "typing_extensions", "mpmath"),
    "torchvision": ("numpy", "PIL", "torch"),
    "matplotlib": ("numpy", "PIL", "mpl_toolkits", "pylab", "cycler", "dateutil", "packaging", "pyparsing"),
}
"""Modules that packages bring along."""


def submission_of(given: HandedIn, assignment: Assignment, extent: Extent) -> Submission:
    """
    Judge what was found.

    Args:
        extent: How much of it is to run.

    Raises:
        SubmissionError: If its code is more than the assignment takes.
    """
    files, graded, problem = given.files, _AS_IT_IS, None
    try:
        files, graded = _taken(given, assignment, extent)
    except notebook.NotANotebook as error:
        problem = Problem(kind=ProblemKind.UNREADABLE, message=f"{given.main}: {error}")
    discovery.refuse_large(
        sum(len(file.content) for file in files if file.path.endswith(".py")), given.where, assignment
    )
    return Submission(
        name=given.name,
        files=files,
        sha256=given.sha256(),
        imports=tuple(sorted({name for file in files for name, _line in _imports(file)})),
        problem=problem or _first_problem(files, assignment, given.main, graded),
        omitted=(*graded.omitted, *_left_behind(given)),
        given_as=given.main,
        source_map=graded.source_map,
        absent=graded.absent,
        extent=extent,
    )


_AS_IT_IS = GradedFile(source="")


def _taken(given: HandedIn, assignment: Assignment, extent: Extent) -> tuple[tuple[SourceFile, ...], GradedFile]:
    """
    Return the files that run, the main one first, and what became of it.

    Raises:
        NotANotebook: If the main file should be one.
    """
    first, *others = given.files
    if not given.main.endswith(".ipynb"):
        text = _text_of(first)
        if extent is Extent.WHOLE or text is None:
            return given.files, _AS_IT_IS
        graded = of_script(text, _demand(assignment, others))
        if graded.source == text:
            return given.files, graded
        return (SourceFile(path=first.path, content=graded.source.encode()), *others), graded
    book = notebook.read(first.content, assignment.file, assignment.policy.max_submission_bytes)
    discovery.refuse_large(book.code_bytes, given.where, assignment)
    beside = {file.path: file for file in (*others, *book.files) if file.path != assignment.file}
    files = [file for file in beside.values() if file.path.endswith(".py")]
    graded = of_whole_notebook(book) if extent is Extent.WHOLE else of_notebook(book, _demand(assignment, files))
    return (SourceFile(path=assignment.file, content=graded.source.encode()), *files), graded


def _demand(assignment: Assignment, others: Sequence[SourceFile]) -> Demand:
    own = {PurePosixPath(file.path).parts[0].removesuffix(".py") for file in others}
    own |= {PurePosixPath(file.path).stem for file in others}
    packages = (required for package in assignment.packages for required in (package, *_COME_ALONG.get(package, ())))
    forbidden = (name.partition(".")[0] for name in assignment.policy.forbidden_imports)  # named as such elsewhere
    itself = assignment.file.removesuffix(".py")
    return Demand(
        names=frozenset(name for exercise in assignment.exercises for name in exercise.provides),
        available=frozenset({*sys.stdlib_module_names, *packages, *forbidden, *own, itself, "grader"}),
        forbidden=assignment.policy.forbidden_imports,
    )


def _text_of(file: SourceFile) -> str | None:
    """Return the text of a script, or None where it is for `_unreadable` to say why there is none."""
    if _unreadable(file) is not None:
        return None
    encoding, _lines = tokenize.detect_encoding(io.BytesIO(file.content).readline)
    return file.content.decode(encoding)


def _left_behind(given: HandedIn) -> Iterator[str]:
    if given.weights:
        yield f"{_some(given.weights)}: not taken over; only code is, and what it learns it learns here"
    if given.archives:
        yield f"{_some(given.archives)}: not looked into; hand in the files themselves if they are needed"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return ", ".join(names[:_MAX_NAMED]) + more


def _first_problem(
    files: tuple[SourceFile, ...], assignment: Assignment, given_as: str, graded: GradedFile
) -> Problem | None:
    main = files[0]
    if not main.content.strip() and not graded.absent:
        return Problem(kind=ProblemKind.EMPTY, message=f"{given_as} is empty")
    for file in files:
        path = given_as if file is main else file.path
        message = _unreadable(SourceFile(path=path, content=file.content))
        if message is not None:
            return Problem(kind=ProblemKind.UNREADABLE, message=message)
        for name, line in _imports(file):
            forbidden = belongs_to(name, assignment.policy.forbidden_imports)
            if forbidden is not None:
                where = line_as_written(line, path, graded.source_map if file is main else ())
                message = f"{where}: `{forbidden}` may not be imported in this assignment"
                return Problem(kind=ProblemKind.FORBIDDEN, message=message)
    for name, line in _attributes(main, graded.wanted):
        forbidden = belongs_to(name, assignment.policy.forbidden_imports)
        if forbidden is not None:
            where = line_as_written(line, given_as, graded.source_map)
            return Problem(
                kind=ProblemKind.FORBIDDEN, message=f"{where}: `{forbidden}` may not be used in this assignment"
            )
    return None


def _unreadable(file: SourceFile) -> str | None:
    """Say why a file is no Python source, or return None."""
    if file.content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"{file.path} is UTF-16 text; save it as UTF-8"
    if b"\0" in file.content:
        return f"{file.path} holds null bytes, so it is not a text file; save it as UTF-8"
    try:
        encoding, _lines = tokenize.detect_encoding(io.BytesIO(file.content).readline)
        if codecs.lookup(encoding).name in _OF_HOST_NAMES:
            raise LookupError(encoding)
        file.content.decode(encoding)
    except UnicodeDecodeError as error:
        line = file.content[: error.start].count(b"\n") + 1
        return f"{file.path}, line {line}: byte 0x{file.content[error.start]:02x} is not UTF-8; save the file as UTF-8"
    except SyntaxError as error:
        return f"{file.path}: {error.msg}; save the file as UTF-8"
    except (LookupError, UnicodeError):  # rot13 is an encoding to Python, but not one of text
        return f"{file.path}: the encoding that it declares is not one of text; save the file as UTF-8"
    try:
        _parse(file)
    except SyntaxError as error:
        text = (error.text or "").strip()[:100]
        return f"{file.path}, line {error.lineno}: {error.msg}" + (f": {text}" if text else "")
    except (RecursionError, MemoryError, ValueError):
        return f"{file.path} is nested too deeply to be read"
    return None


@functools.lru_cache(maxsize=1)  # each file is asked for several things in turn
def _parse(file: SourceFile) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in a student's string is not our output
        return ast.parse(file.content, filename=file.path)


def _imports(file: SourceFile) -> Iterator[tuple[str, int]]:
    """Yield each imported module, `from a import b` as both `a` and `a.b`, with its line."""
    try:
        tree = _parse(file)
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            for alias in node.names if len(node.module) <= LONGEST_MODULE else ():
                yield f"{node.module}.{alias.name}", node.lineno


def _attributes(file: SourceFile, wanted: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield what the top-level statements that bind *wanted* names use of imported modules, as `torch.nn.Linear`."""
    try:
        tree = _parse(file)
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return
    modules = {
        alias.asname or alias.name.partition(".")[0]: alias.name if alias.asname else alias.name.partition(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    for statement in tree.body:
        bound = {getattr(statement, "name", None)}
        bound |= {
            node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        if not bound & wanted:
            continue
        parts = list(ast.walk(statement))
        begun = {id(node.value) for node in parts if isinstance(node, ast.Attribute)}  # `a.b` of `a.b.c` says no more
        for node in parts:
            if not isinstance(node, ast.Attribute) or id(node) in begun:
                continue
            path = _dotted(node)
            if path is not None and path[0] in modules:
                yield ".".join((modules[path[0]], *path[1:])), node.lineno


def _dotted(node: ast.expr) -> tuple[str, ...] | None:
    """Return `a.b.c` as its names, or None where it is no such path."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else None
