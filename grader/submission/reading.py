"""
Judge what a student sent and make it a Submission: copied, hashed, size-limited, never run.  `apart.py` has a process do it.

Notebooks, and scripts that would do something when they are imported, are taken by their definitions, unless they are read
whole.  What nobody can grade is a SubmissionError.  What is the student's to fix (empty, not UTF-8, a syntax error, a forbidden
import) becomes the Submission's *problem*, and every check gets it as its outcome.  Only the graded file and what it imports can
have one: what is wrong with other files is a note, and they stay out.
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
from dataclasses import replace
from itertools import islice
from pathlib import PurePosixPath

from grader.errors import SubmissionError
from grader.model import Assignment, Extent, Problem, ProblemKind, SourceFile, SourceSpan, Submission
from grader.protocol import ONLY_SHOWS
from grader.submission import newer_python, notebook, run_magics
from grader.submission.candidates import is_notebook
from grader.submission.choosing import HandedIn, Unread, sha256
from grader.submission.definitions import Demand, belongs_to
from grader.submission.graded_file import GradedFile, of_notebook, of_script, of_whole_notebook
from grader.submission.needed_files import needed
from grader.submission.source_map import line_as_written
from grader.submission.statements import LONGEST_MODULE, split

_OF_HOST_NAMES = frozenset({"punycode", "idna"})
"""Encodings of a few letters, which Python takes a time to decode that grows with the square of their length."""
_MAX_NAMED = 3
_MAX_FILES = 200
_MAX_NOTES = 10
_COME_ALONG = {
    "torch": ("sympy", "networkx", "jinja2", "filelock", "fsspec", "typing_extensions", "mpmath"),
    "torchvision": ("numpy", "PIL", "torch"),
    "matplotlib": ("numpy", "PIL", "mpl_toolkits", "pylab", "cycler", "dateutil", "packaging", "pyparsing"),
}
"""Modules that packages bring along."""


def submission_of(given: HandedIn, assignment: Assignment, extent: Extent) -> Submission:
    """
    Judge what was handed in.

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
    files, unneeded = _without_unneeded(files, given, assignment)
    _refuse_large(sum(len(file.content) for file in files if file.path.endswith(".py")), given.where, assignment)
    return Submission(
        name=given.name,
        files=files,
        sha256=sha256([(file.path, file.content) for file in (*given.files, *given.notebooks)]),
        imports=tuple(sorted({name for file in files for name, _line in _imports(file)})),
        problem=problem or _first_problem(files, assignment, given.main, graded),
        omitted=(*graded.omitted, *_about_choice(given, files), *unneeded, *_left_behind(given)),
        given_as=given.main,
        source_map=graded.source_map,
        absent=graded.absent,
        extent=extent,
    )


def _refuse_large(size_bytes: int, where: str, assignment: Assignment) -> None:
    """
    Refuse more source than the assignment takes.

    Raises:
        SubmissionError: If it is more.
    """
    limit = assignment.policy.max_submission_bytes
    if size_bytes > limit:
        raise SubmissionError(f"{where}: {size_bytes:,} bytes is more than the {limit:,} that this assignment takes")


def _is_notebook(given: HandedIn) -> bool:
    """Return whether the main file is a notebook, whatever it is called: some are saved with the ending of a script."""
    return is_notebook(given.main) or notebook.is_one(given.files[0].content)


_AS_IT_IS = GradedFile(source="")


def _taken(given: HandedIn, assignment: Assignment, extent: Extent) -> tuple[tuple[SourceFile, ...], GradedFile]:
    """
    Return the files that run, the main one first, and what became of it.

    Raises:
        NotANotebook: If the main file should be one.
    """
    first, *others = given.files
    if not _is_notebook(given):
        text = _text_of(first)
        if extent is Extent.WHOLE or text is None:
            return given.files, _AS_IT_IS
        graded = of_script(text, _demand(assignment, [*others, *given.unread]))
        if graded.source == text:
            return given.files, graded
        return (SourceFile(path=first.path, content=graded.source.encode()), *others), graded
    beside = {file.path: file for file in (*others, *given.notebooks)}
    content, modules = run_magics.as_imports(
        first.content, beside, lambda file: _module_of(file, assignment, extent).source
    )
    others += modules
    book = notebook.read(content, assignment.file, assignment.policy.max_submission_bytes)
    _refuse_large(book.code_bytes, given.where, assignment)
    written = {file.path: file for file in (*others, *book.files) if file.path != assignment.file}
    files = [file for file in written.values() if file.path.endswith(".py")]
    graded = (
        of_whole_notebook(book)
        if extent is Extent.WHOLE
        else of_notebook(book, _demand(assignment, [*files, *given.unread]))
    )
    graded = replace(graded, omitted=(*islice(run_magics.left_out(content), _MAX_NOTES), *graded.omitted))
    return (SourceFile(path=assignment.file, content=graded.source.encode()), *files), graded


def _module_of(file: SourceFile, assignment: Assignment, extent: Extent) -> GradedFile:
    """Take a notebook that another one runs; raises ValueError where it is none."""
    try:
        book = notebook.read(file.content, assignment.file, assignment.policy.max_submission_bytes)
        names = frozenset(name for cell in book.cells for one in split(cell.source) for name in one.binds)
        demand = replace(_demand(assignment, ()), names=names)
        return of_whole_notebook(book) if extent is Extent.WHOLE else of_notebook(book, demand)
    except notebook.NotANotebook as error:
        raise ValueError(str(error)) from None


def _demand(assignment: Assignment, others: Sequence[SourceFile | Unread]) -> Demand:
    own = {PurePosixPath(file.path).parts[0].removesuffix(".py") for file in others}
    own |= {PurePosixPath(file.path).stem for file in others}
    packages = (required for package in assignment.packages for required in (package, *_COME_ALONG.get(package, ())))
    forbidden = (name.partition(".")[0] for name in assignment.policy.forbidden_imports)  # named as such elsewhere
    itself = assignment.file.removesuffix(".py")
    return Demand(
        names=frozenset(name for exercise in assignment.exercises for name in exercise.provides),
        available=frozenset({*sys.stdlib_module_names, *packages, *ONLY_SHOWS, *forbidden, *own, itself, "grader"}),
        forbidden=assignment.policy.forbidden_imports,
    )


def _text_of(file: SourceFile) -> str | None:
    """Return the text of a script, or None where it is for `_unreadable` to say why there is none."""
    if _unreadable(file) is not None:
        return None
    encoding, _lines = tokenize.detect_encoding(io.BytesIO(file.content).readline)
    return file.content.decode(encoding)


def _without_unneeded(
    files: tuple[SourceFile, ...], given: HandedIn, assignment: Assignment
) -> tuple[tuple[SourceFile, ...], list[str]]:
    """
    Return the files that come along, and a note on each file that stays out because nothing imports it.

    Other files may come along unneeded, since a name that is imported may be made up while the code runs.

    Raises:
        SubmissionError: If a file that is imported cannot be read, or too many are.
    """
    main, *others = files
    wanted = needed(
        main.path, {file.path: file.content for file in files}, frozenset(file.path for file in given.unread)
    )
    if len(wanted) > _MAX_FILES:
        raise SubmissionError(f"{given.where}: the graded file imports more than {_MAX_FILES} others")
    notes = []
    for unread in given.unread:
        if unread.path in wanted:
            raise SubmissionError(f"{given.where}: {unread.why}")
        notes.append(f"{unread.why}; nothing imports it, and it is left out")
    along = []
    for file in others:
        problem = None if file.path in wanted else _problem_of(file, file.path, assignment, ())
        if problem is None:
            along.append(file)
        else:
            notes.append(f"{problem.message}; nothing imports it, and it is left out")
    size = sum(len(file.content) for file in (main, *along) if file.path.endswith(".py"))
    if len(along) > _MAX_FILES or size > assignment.policy.max_submission_bytes:
        unneeded = [file.path for file in along if file.path not in wanted]
        along = [file for file in along if file.path in wanted]
        if unneeded:
            notes.append(f"{_some(unneeded)}: left out, nothing imports them, and there are too many or too large ones")
    return (main, *along), _few(notes)


def _few(notes: list[str]) -> list[str]:
    more = len(notes) - _MAX_NOTES
    return notes if more <= 0 else [*notes[:_MAX_NOTES], f"and {more} more files that nothing imports are left out"]


def _about_choice(given: HandedIn, files: Sequence[SourceFile]) -> Iterator[str]:
    """Say what a student may not expect of the choice of the file that is graded."""
    if given.is_stub:
        yield f"{given.main} is graded, which is as it was handed out: no other file defines what is asked for"
    helpers = needed(files[0].path, {file.path: file.content for file in files})
    run = {file.path for file in given.notebooks}
    rivals = [path for path in given.passed_over if path not in helpers | run]
    if rivals:
        are = "are" if len(rivals) > 1 else "is"
        yield f"{_some(rivals)} {are} not graded, but {given.main}: one file counts, and that {given.why}"


def _left_behind(given: HandedIn) -> Iterator[str]:
    if _is_notebook(given) and not is_notebook(given.main):
        yield f"{given.main}: graded as the notebook that it is; give it the ending .ipynb"
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
        path, spans = (given_as, graded.source_map) if file is main else (file.path, ())
        problem = _problem_of(file, path, assignment, spans)
        if problem is not None:
            return problem
    for name, line in _attributes(main, graded.wanted):
        forbidden = belongs_to(name, assignment.policy.forbidden_imports)
        if forbidden is not None:
            where = line_as_written(line, given_as, graded.source_map)
            return Problem(
                kind=ProblemKind.FORBIDDEN, message=f"{where}: `{forbidden}` may not be used in this assignment"
            )
    return None


def _problem_of(file: SourceFile, path: str, assignment: Assignment, spans: Sequence[SourceSpan]) -> Problem | None:
    """Return what is wrong with one file, which the student calls *path*."""
    message = _unreadable(SourceFile(path=path, content=file.content))
    if message is not None:
        return Problem(kind=ProblemKind.UNREADABLE, message=message)
    for name, line in _imports(file):
        forbidden = belongs_to(name, assignment.policy.forbidden_imports)
        if forbidden is not None:
            message = f"{line_as_written(line, path, spans)}: `{forbidden}` may not be imported in this assignment"
            return Problem(kind=ProblemKind.FORBIDDEN, message=message)
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
        return f"{file.path}, line {error.lineno}: {error.msg}" + (f": {text}" if text else "") + _hint(error)
    except (RecursionError, MemoryError, ValueError):
        return f"{file.path} is nested too deeply to be read"
    return None


def _hint(error: SyntaxError) -> str:
    """Return what a syntax error calls for, in brackets, where that is known."""
    if (error.text or "").lstrip().startswith(("%", "!")):
        return " (a notebook's command, which is no Python: remove it, or hand in the notebook itself)"
    return newer_python.explained(error)


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
