"""
Find what a student sent: the file that is meant, and what comes along, out of a single file, a folder or a zip.

A file may have any name; it becomes the file that the assignment asks for.  A folder or a zip must hold that file (or a
notebook, or one Python file); other Python files come along.  Nothing is judged here: what nobody can grade (no such path, no
such file in the folder, too large) is a SubmissionError, and all else is as it was sent.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from grader.errors import SubmissionError
from grader.model import Assignment, SourceFile
from grader.submission import archive, notebook
from grader.submission.ignored_files import is_ignored

_MAX_FILES = 200
_MAX_HELD = 5
_WEIGHTS = {".bin", ".ckpt", ".h5", ".npy", ".npz", ".onnx", ".pickle", ".pkl", ".pt", ".pth", ".safetensors"}
_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".tgz"}
_COMPRESSED = {*_ARCHIVES, ".bz2", ".gz", ".xz", ".zst"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
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
    archives: tuple[str, ...] = ()
    """Archives beside it, which are not looked into."""

    def sha256(self) -> str:
        """Return the digest of all paths and contents, in order."""
        digest = hashlib.sha256()
        for file in self.files:
            digest.update(f"{file.path}\0{len(file.content)}\0".encode() + file.content)
        return digest.hexdigest()


def read(path: Path, assignment: Assignment) -> HandedIn:
    """
    Find what lies at a path.

    Raises:
        SubmissionError: If that is nothing that could be graded.
    """
    try:
        return _found(path, assignment)
    except OSError as error:
        raise SubmissionError(f"{path}: cannot be read: {error.strerror}") from None


def of_notebook(name: str, content: bytes) -> HandedIn:
    """Return a notebook that is no file, as if it had been sent."""
    main = f"{name}.ipynb"
    return HandedIn(name=name, where=main, main=main, files=(SourceFile(path=main, content=content),))


def refuse_large(size_bytes: int, where: str, assignment: Assignment) -> None:
    """
    Refuse more source than the assignment takes.

    Raises:
        SubmissionError: If it is more.
    """
    limit = assignment.policy.max_submission_bytes
    if size_bytes > limit:
        raise SubmissionError(f"{where}: {size_bytes:,} bytes is more than the {limit:,} that this assignment takes")


def _found(path: Path, assignment: Assignment) -> HandedIn:
    if not path.exists() and not path.is_symlink():
        raise SubmissionError(f"{path}: no such file or folder")
    is_folder = path.is_dir()
    called = path.resolve().name if is_folder else path.name
    _refuse_unprintable(called, str(path.parent))
    if is_folder:
        return _found_in(_Folder(path), called, assignment)
    suffix = path.suffix.lower()
    if suffix == ".zip":
        content = _content(path, archive.MAX_BYTES, "a zip may have; leave out data and weights")
        return _found_in(_Zip(archive.read(content, str(path))), path.stem, assignment)
    if suffix in _COMPRESSED:
        raise SubmissionError(f"{path}: a {suffix} archive is not read; pack the same files as a .zip")
    if path.suffix not in (".py", ".ipynb"):
        raise SubmissionError(f"{path}: expected a .py file, a notebook (.ipynb), a folder or a .zip")
    first = called if path.suffix == ".ipynb" else assignment.file
    files = (SourceFile(path=first, content=_source(path, assignment)),)
    return HandedIn(name=path.stem, where=str(path), main=called, files=files)


class _Holding(Protocol):
    """A folder, or what is read as one."""

    @property
    def where(self) -> str:
        """What a refusal names."""

    @property
    def kind(self) -> str:
        """What it is called."""

    def paths(self) -> Iterator[str]:
        """Yield where its files lie, without those that are ignored, those that are in no folder first."""

    def is_link(self, path: str) -> bool:
        """Return whether a file is in truth somewhere else, and was not handed in."""

    def source(self, path: str, assignment: Assignment) -> bytes:
        """Read a file, but no more of it than is graded."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder on disk."""

    path: Path
    kind = "folder"

    @property
    def where(self) -> str:
        return str(self.path)

    def paths(self) -> Iterator[str]:
        with os.scandir(self.path):  # raises for a folder that may not be listed, which to os.walk is an empty one
            pass
        for top, folders, files in os.walk(self.path, followlinks=False):
            folders[:] = sorted(name for name in folders if not is_ignored(name))
            below = PurePosixPath(os.path.relpath(top, self.path))
            yield from (str(below / name) for name in sorted(files) if not is_ignored(name))

    def is_link(self, path: str) -> bool:
        return (self.path / path).is_symlink()

    def source(self, path: str, assignment: Assignment) -> bytes:
        return _source(self.path / path, assignment)


@dataclass(frozen=True, slots=True)
class _Zip:
    """A zip, in memory."""

    opened: archive.Archive
    kind = "archive"

    @property
    def where(self) -> str:
        return self.opened.where

    def paths(self) -> Iterator[str]:
        return (entry.path for entry in self.opened.files)

    def is_link(self, path: str) -> bool:
        return False  # an archive with links is refused

    def source(self, path: str, assignment: Assignment) -> bytes:
        (entry,) = (entry for entry in self.opened.files if entry.path == path)
        max_bytes = notebook.MAX_BYTES if path.endswith(".ipynb") else assignment.policy.max_submission_bytes
        return archive.content_of(self.opened, entry, max_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What a folder or a zip holds, by kind; each is where it lies."""

    top: tuple[str, ...]
    """Names of the files and folders that are in no folder."""
    files: tuple[str, ...]
    """Those of the files."""
    python: tuple[str, ...]
    weights: tuple[str, ...]
    archives: tuple[str, ...]


def _found_in(holding: _Holding, name: str, assignment: Assignment) -> HandedIn:
    listing = _listing(holding)
    main = _main_of(listing, holding, assignment)
    first = main if main.endswith(".ipynb") else assignment.file
    taken = {main, first, assignment.file}
    others = [path for path in listing.python if path.partition("/")[0] not in taken and not holding.is_link(path)]
    files = [SourceFile(path=first, content=holding.source(main, assignment))]
    size = 0 if main.endswith(".ipynb") else len(files[0].content)
    for path in others:
        files.append(SourceFile(path=path, content=holding.source(path, assignment)))
        size += len(files[-1].content)
        refuse_large(size, holding.where, assignment)  # before the next one is read
    return HandedIn(
        name=name,
        where=holding.where,
        main=main,
        files=tuple(files),
        weights=tuple(map(_printable, listing.weights)),
        archives=tuple(map(_printable, listing.archives)),
    )


def _listing(holding: _Holding) -> _Listing:
    top: set[str] = set()
    files: list[str] = []
    python: list[str] = []
    weights: list[str] = []
    archives: list[str] = []
    for path in holding.paths():
        top.add(path.partition("/")[0])
        if "/" not in path:
            files.append(path)
        suffix = os.path.splitext(path)[1]
        if suffix == ".py":
            python.append(path)
            _refuse_unprintable(path, holding.where)
        if len(python) > _MAX_FILES:
            raise SubmissionError(f"{holding.where}: more than {_MAX_FILES} Python files in this {holding.kind}")
        for found, suffixes in ((weights, _WEIGHTS), (archives, _ARCHIVES)):
            if suffix.lower() in suffixes and len(found) <= _MAX_FILES:
                found.append(path)
    return _Listing(
        top=tuple(sorted(top)),
        files=tuple(files),
        python=tuple(python),
        weights=tuple(weights),
        archives=tuple(archives),
    )


def _main_of(listing: _Listing, holding: _Holding, assignment: Assignment) -> str:
    """Return the file that is meant: the one asked for, its notebook, the only notebook, or the only script."""
    if assignment.file in listing.files:
        return assignment.file
    notebooks = [path for path in listing.files if path.endswith(".ipynb")]
    same_name = [path for path in notebooks if path.removesuffix(".ipynb") == assignment.file.removesuffix(".py")]
    scripts = [path for path in listing.files if path.endswith(".py")]
    for candidates in (same_name, notebooks, scripts):
        if len(candidates) == 1:
            _refuse_unprintable(candidates[0], holding.where)
            return candidates[0]
    held = ", ".join(map(_printable, listing.top[:_MAX_HELD])) or "nothing"
    advice = f"; unpack {_printable(listing.archives[0])} and hand in what it holds" if listing.archives else ""
    raise SubmissionError(f"{holding.where}: no {assignment.file} in this {holding.kind} (it holds {held}){advice}")


def _refuse_unprintable(path: str, where: str) -> None:
    if not path.isprintable():
        raise SubmissionError(f"{where}: a file name that cannot be read: {path!r}; rename the file")


def _printable(path: str) -> str:
    return path if path.isprintable() else repr(path)


def _source(path: Path, assignment: Assignment) -> bytes:
    if path.suffix == ".ipynb":  # one too large is the student's to fix, and not read to its end
        return _content(path, notebook.MAX_BYTES + 1)
    return _content(path, assignment.policy.max_submission_bytes, "this assignment takes")


def _content(path: Path, max_bytes: int, takes: str = "") -> bytes:
    """Read a file, but no more than *max_bytes* bytes of it; where *takes* says what takes no more, refuse a larger one."""
    try:
        if path.is_symlink():  # what it leads to was not handed in; it might be the reference solution
            raise SubmissionError(f"{path}: a link; hand in the file itself")
        size = path.stat().st_size
        if takes and size > max_bytes:
            raise SubmissionError(f"{path}: {size:,} bytes is more than the {max_bytes:,} that {takes}")
        if not path.is_file():
            raise SubmissionError(f"{path}: not an ordinary file")
        with path.open("rb") as file:
            return file.read(min(size + 1, max_bytes))  # Python makes room for as much as it is asked to read
    except OSError as error:
        raise SubmissionError(f"{path}: cannot be read: {error.strerror}") from None
