"""
Read what a student sent into a Submission: copied, hashed, size-limited, never run.

A file may have any name; it becomes the file that the assignment asks for.  A folder must hold that file (or a notebook,
or one Python file); other Python files beside it come along.  Notebooks, and scripts that would do something when they are
imported, are taken by their definitions, unless they are read whole.  What nobody can grade (no such path, no such file in
the folder, too large) is a SubmissionError.  What is the student's to mend (empty, not UTF-8, a syntax error, a forbidden
import) becomes the Submission's *problem*, and every check gets it as its outcome.
"""

from __future__ import annotations

import ast
import hashlib
import io
import os
import sys
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader import notebook
from grader.definitions import Demand, belongs_to
from grader.errors import SubmissionError
from grader.graded_file import GradedFile, of_notebook, of_script, of_whole_notebook
from grader.model import Assignment, Extent, Outcome, Policy, Problem, SourceFile, Submission
from grader.places import line_as_written

_MOST_FILES = 200
_MOST_NAMED = 3
_WEIGHTS = {".bin", ".ckpt", ".h5", ".npy", ".npz", ".onnx", ".pickle", ".pkl", ".pt", ".pth", ".safetensors"}
_COME_ALONG = {
    "torch": ("sympy", "networkx", "jinja2", "filelock", "fsspec", "typing_extensions", "mpmath"),
    "torchvision": ("numpy", "PIL", "torch"),
    "matplotlib": ("numpy", "PIL", "mpl_toolkits", "pylab", "cycler", "dateutil", "packaging", "pyparsing"),
}
"""Modules that packages bring along."""


def read(path: Path, assignment: Assignment) -> Submission:
    """
    Read the submission at *path*, to be graded by what it defines.

    Raises:
        SubmissionError: If there is nothing at the path that could be graded.
    """
    return _submission(_sent(path, assignment), assignment, Extent.DEFINITIONS)


def read_whole(path: Path, assignment: Assignment) -> Submission:
    """
    Read the submission at *path*, to be run whole: training, plots and all; raises as `read` does.
    """
    return _submission(_sent(path, assignment), assignment, Extent.WHOLE)


def from_notebook(name: str, content: bytes, assignment: Assignment) -> Submission:
    """
    Read a notebook that is no file: the cells of a running kernel, for one.

    Raises:
        SubmissionError: If its code is more than the assignment takes.
    """
    main = f"{name}.ipynb"
    sent = _Sent(name=name, where=main, main=main, files=(SourceFile(path=main, content=content),))
    return _submission(sent, assignment, Extent.DEFINITIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What a student sent, as it lies there."""

    name: str
    where: str
    """What a refusal names."""
    main: str
    """The student's own name of the main file."""
    files: tuple[SourceFile, ...]
    """The main file first: a notebook under its own name, a script under the assignment's."""
    weights: tuple[str, ...] = ()
    """Files beside it that look like weights or data, and are not taken over."""


def _sent(path: Path, assignment: Assignment) -> _Sent:
    try:
        main, files = _collect(path, assignment)
    except OSError as error:
        raise SubmissionError(f"{path}: cannot be read: {error.strerror}") from None
    name = path.resolve().stem if path.is_file() else path.resolve().name
    weights = _weights_below(path) if path.is_dir() else ()
    return _Sent(name=name, where=str(path), main=main.name, files=files, weights=weights)


def _submission(sent: _Sent, assignment: Assignment, extent: Extent) -> Submission:
    digest = hashlib.sha256()
    for file in sent.files:
        digest.update(f"{file.path}\0{len(file.content)}\0".encode() + file.content)
    files, graded, problem = sent.files, _AS_IT_IS, None
    try:
        files, graded = _taken(sent, assignment, extent)
    except notebook.NotANotebook as error:
        problem = Problem(outcome=Outcome.RAISED, message=f"{sent.main}: {error}")
    _refuse_large(sum(len(file.content) for file in files if file.path.endswith(".py")), sent, assignment)
    return Submission(
        name=sent.name,
        files=files,
        sha256=digest.hexdigest(),
        imports=tuple(sorted({name for file in files for name, _line in _imports(file)})),
        problem=problem or _first_problem(files, assignment, sent.main, graded),
        left_out=(*graded.left_out, *_without_weights(sent.weights)),
        given_as=sent.main,
        places=graded.places,
        absent=graded.absent,
        extent=extent,
    )


_AS_IT_IS = GradedFile(source="")


def _taken(sent: _Sent, assignment: Assignment, extent: Extent) -> tuple[tuple[SourceFile, ...], GradedFile]:
    """
    Return the files that run, the main one first, and what became of it.

    Raises:
        NotANotebook: If the main file should be one.
    """
    first, *others = sent.files
    if not sent.main.endswith(".ipynb"):
        text = _text_of(first)
        if extent is Extent.WHOLE or text is None:
            return sent.files, _AS_IT_IS
        graded = of_script(text, _demand(assignment, others))
        if graded.source == text:
            return sent.files, graded
        return (SourceFile(path=first.path, content=graded.source.encode()), *others), graded
    book = notebook.read(first.content, assignment.file)
    _refuse_large(book.code_bytes, sent, assignment)
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


def _refuse_large(size: int, sent: _Sent, assignment: Assignment) -> None:
    limit = assignment.policy.max_submission_bytes
    if size > limit:
        raise SubmissionError(f"{sent.where}: {size:,} bytes is more than the {limit:,} that this assignment takes")


def _text_of(file: SourceFile) -> str | None:
    """Return the text of a script, or None where it is for `_unreadable` to say why there is none."""
    if _unreadable(file) is not None:
        return None
    encoding, _lines = tokenize.detect_encoding(io.BytesIO(file.content).readline)
    return file.content.decode(encoding)


def _collect(path: Path, assignment: Assignment) -> tuple[Path, tuple[SourceFile, ...]]:
    """Return the path of the main file and all files, the main one first and under the assignment's name."""
    if not path.exists() and not path.is_symlink():
        raise SubmissionError(f"{path}: no such file or folder")
    if path.is_dir():
        main = _main_in(path, assignment)
        others = [other for other in _python_below(path) if other != main]
        names = [(other, other.relative_to(path).as_posix()) for other in others]
    else:
        main, names = path, []
        if path.suffix not in (".py", ".ipynb"):
            raise SubmissionError(f"{path}: expected a .py file, a notebook (.ipynb) or a folder")
    first = main.name if main.suffix == ".ipynb" else assignment.file
    wanted = [(main, first), *((other, name) for other, name in names if name != first)]
    return main, tuple(
        SourceFile(path=PurePosixPath(name).as_posix(), content=_content(file, assignment.policy))
        for file, name in wanted
    )


def _main_in(folder: Path, assignment: Assignment) -> Path:
    exact = folder / assignment.file
    if exact.is_file():
        return exact
    notebooks = sorted(folder.glob("*.ipynb"))
    same_name = [path for path in notebooks if path.stem == exact.stem]
    scripts = sorted(folder.glob("*.py"))
    for candidates in (same_name, notebooks, scripts):
        if len(candidates) == 1:
            return candidates[0]
    found = ", ".join(sorted(entry.name for entry in folder.iterdir())[:5]) or "nothing"
    raise SubmissionError(f"{folder}: no {assignment.file} in this folder (it holds {found})")


def _weights_below(folder: Path) -> tuple[str, ...]:
    """Return files that look like weights or data; they are named, and never opened."""
    found = []
    for top, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = [Path(top, name) for name in sorted(files) if PurePosixPath(name).suffix.lower() in _WEIGHTS]
        found += [path.relative_to(folder).as_posix() for path in paths]
        if len(found) > _MOST_FILES:
            break
    return tuple(found)


def _without_weights(names: tuple[str, ...]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield f"{', '.join(names[:_MOST_NAMED])}{more}: not taken over; only code is, and what it learns it learns here"


def _python_below(folder: Path) -> list[Path]:
    found = []
    for top, folders, files in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        paths = [Path(top, name) for name in sorted(files) if name.endswith(".py")]
        found += [path for path in paths if not path.is_symlink()]
        for path in found:
            if not path.name.isprintable():
                raise SubmissionError(f"{folder}: a file name that cannot be read: {path.name!r}")
        if len(found) > _MOST_FILES:
            raise SubmissionError(f"{folder}: more than {_MOST_FILES} Python files in this folder")
    return found


def _content(path: Path, policy: Policy) -> bytes:
    """Read a file, but no more of it than a submission may hold."""
    try:
        if path.is_symlink():  # what it leads to was not handed in; it might be the reference solution
            raise SubmissionError(f"{path}: a link; hand in the file itself")
        size = path.stat().st_size
        if path.suffix != ".ipynb" and size > policy.max_submission_bytes:
            limit = policy.max_submission_bytes
            raise SubmissionError(f"{path}: {size:,} bytes is more than the {limit:,} that this assignment takes")
        if not path.is_file():
            raise SubmissionError(f"{path}: not an ordinary file")
        with path.open("rb") as file:
            return file.read(notebook.MAX_BYTES + 1)
    except OSError as error:
        raise SubmissionError(f"{path}: cannot be read: {error.strerror}") from None


def _first_problem(
    files: tuple[SourceFile, ...], assignment: Assignment, given_as: str, graded: GradedFile
) -> Problem | None:
    main = files[0]
    if not main.content.strip() and not graded.absent:
        return Problem(outcome=Outcome.MISSING, message=f"{given_as} is empty")
    for file in files:
        path = given_as if file is main else file.path
        message = _unreadable(SourceFile(path=path, content=file.content))
        if message is not None:
            return Problem(outcome=Outcome.RAISED, message=message)
        for name, line in _imports(file):
            forbidden = belongs_to(name, assignment.policy.forbidden_imports)
            if forbidden is not None:
                where = line_as_written(line, path, graded.places if file is main else ())
                message = f"{where}: `{forbidden}` may not be imported in this assignment"
                return Problem(outcome=Outcome.FAILED, message=message)
    for name, line in _attributes(main, graded.wanted):
        forbidden = belongs_to(name, assignment.policy.forbidden_imports)
        if forbidden is not None:
            where = line_as_written(line, given_as, graded.places)
            return Problem(outcome=Outcome.FAILED, message=f"{where}: `{forbidden}` may not be used in this assignment")
    return None


def _unreadable(file: SourceFile) -> str | None:
    """Say why a file is no Python source, or return None."""
    if file.content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return f"{file.path} is UTF-16 text; save it as UTF-8"
    if b"\0" in file.content:
        return f"{file.path} holds null bytes, so it is not a text file; save it as UTF-8"
    try:
        encoding, _lines = tokenize.detect_encoding(io.BytesIO(file.content).readline)
        file.content.decode(encoding)
    except UnicodeDecodeError as error:
        line = file.content[: error.start].count(b"\n") + 1
        return f"{file.path}, line {line}: byte 0x{file.content[error.start]:02x} is not UTF-8; save the file as UTF-8"
    except SyntaxError as error:
        return f"{file.path}: {error.msg}; save the file as UTF-8"
    try:
        _parse(file)
    except SyntaxError as error:
        text = (error.text or "").strip()[:100]
        return f"{file.path}, line {error.lineno}: {error.msg}" + (f": {text}" if text else "")
    except (RecursionError, MemoryError, ValueError):
        return f"{file.path} is nested too deeply to be read"
    return None


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
            for alias in node.names:
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
        for node in ast.walk(statement):
            if not isinstance(node, ast.Attribute):
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
