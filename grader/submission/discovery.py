"""
Find what a student sent: the code in a single file, a folder or a zip, and what else lies there.

This lists and reads bytes, within bounds of count and size, and parses none of them.  A process of its own is to unpack a zip
(`unpacked`), and to choose which file is graded and what comes along (`choosing`).  Nothing is judged here: what nobody can grade
(no such path, too large) is a SubmissionError, and all else is as it was sent.
"""

from __future__ import annotations

import enum
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from grader.errors import SubmissionError
from grader.model import Assignment, SourceFile
from grader.protocol import sendable
from grader.submission import answers, archive, candidates, notebook
from grader.submission.candidates import is_code, is_named, is_notebook
from grader.submission.ignored_files import VIRTUAL_ENVIRONMENT, is_ignored

_MAX_NAMED = 200
_MAX_SHOWN = 5
"""Names of what lies in no folder."""
_MAX_CODE = 10_000
_MAX_TEXTS = 20
MAX_TEXT_BYTES = 80_000
"""Of a file in which an answer is expected: what stands after it is not read."""
_MAX_LOOKED_AT = 2_000
MAX_BYTES_LOOKED_AT = 50_000_000
_WEIGHTS = {".bin", ".ckpt", ".h5", ".npy", ".npz", ".onnx", ".pickle", ".pkl", ".pt", ".pth", ".safetensors"}
_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".tgz"}
_COMPRESSED = {*_ARCHIVES, ".bz2", ".gz", ".xz", ".zst"}


class Kind(enum.StrEnum):
    """What was handed in."""

    FILE = "file"
    FOLDER = "folder"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A script or a notebook, as it lies there."""

    path: str
    """Text, whatever bytes the name has."""
    content: bytes | None
    """None where it was not read, which *refusal* explains."""
    refusal: str = ""
    """Why the submission is refused if this is the file that is graded; empty if it can be graded."""
    is_passed_by: bool = False
    """Whether it counts only if there is nothing else: a link under another name than the one that is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a student sent, as it lies there."""

    kind: Kind
    name: str
    where: str
    """What a refusal names."""
    code: tuple[Code, ...] = ()
    """As a walk through the folders meets it."""
    texts: tuple[SourceFile, ...] = ()
    """The beginnings of files in which an answer is expected, nearest to the top first."""
    above: str = ""
    """Folders of a zip that everything is in, and that no path names."""
    packed: bytes | None = field(default=None, repr=False)
    """A zip that is not unpacked yet: it is all that is known."""
    top: tuple[str, ...] = ()
    """The first names of files and folders that are in no folder."""
    weights: tuple[str, ...] = ()
    """Files that look like weights or data, and are not taken over."""
    archives: tuple[str, ...] = ()
    """Archives, which are not looked into."""


def read(path: Path, assignment: Assignment) -> Found:
    """
    Find what lies at a path.

    Raises:
        SubmissionError: If that is nothing that could be graded.
    """
    try:
        return _found(path, assignment)
    except OSError as error:
        raise SubmissionError(f"{path}: cannot be read: {error.strerror}") from None


def directly_in(folder: Path, assignment: Assignment) -> Found:
    """Find the code of a folder, that nearest in name to the file that is asked for; folders in it are not looked into."""
    names = [entry.name for entry in os.scandir(folder) if is_code(entry.name) and entry.is_file()]
    nearest = sorted(names, key=lambda name: candidates.nearness(name, assignment))[:_MAX_NAMED]
    return _of(_Folder(folder), sendable(folder.name), assignment, _Listing(code=tuple(nearest)))


def unpacked(found: Found, assignment: Assignment) -> Found:
    """
    Return what was found, a zip as the folder that it was.

    Raises:
        SubmissionError: If it is no zip, or one that no student's computer makes.
    """
    if found.packed is None:
        return found
    opened = archive.read(found.packed, found.where)
    return replace(_found_in(_Zip.of(opened), found.name, assignment), above=opened.folder)


def of_notebook(name: str, content: bytes) -> Found:
    """Return a notebook that is no file, as if it had been sent."""
    main = f"{name}.ipynb"
    return Found(kind=Kind.FILE, name=name, where=main, code=(Code(path=main, content=content),))


def _found(path: Path, assignment: Assignment) -> Found:
    if not path.exists() and not path.is_symlink():
        raise SubmissionError(f"{path}: no such file or folder")
    is_folder = path.is_dir()
    called = path.resolve().name if is_folder else path.name
    _refuse_unprintable(called, str(path.parent))
    if is_folder:
        return _found_in(_Folder(path), called, assignment)
    suffix = path.suffix.lower()
    if suffix == ".zip":
        content = _content(path, archive.MAX_BYTES, "a zip may have; leave out data, weights and packages")
        return Found(kind=Kind.ARCHIVE, name=path.stem, where=str(path), packed=content)
    if suffix in _COMPRESSED:
        raise SubmissionError(f"{path}: a {suffix} archive is not read; pack the same files as a .zip")
    if not is_code(path.name):
        raise SubmissionError(f"{path}: expected a .py file, a notebook (.ipynb), a folder or a .zip")
    code = Code(path=called, content=_source(path, assignment))
    return Found(kind=Kind.FILE, name=path.stem, where=str(path), code=(code,))


class _Holding(Protocol):
    """A folder, or what is read as one."""

    @property
    def where(self) -> str:
        """What a refusal names."""

    @property
    def kind(self) -> Kind:
        """What it is."""

    def paths(self) -> Iterator[str]:
        """Yield where its files lie, without those that are ignored, those that are in no folder first."""

    def is_link(self, path: str) -> bool:
        """Return whether a file is in truth somewhere else, and was not handed in."""

    def source(self, path: str, assignment: Assignment) -> bytes:
        """Read a file, but no more of it than is graded."""

    def text(self, path: str) -> bytes:
        """Read the beginning of a file."""


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder on disk."""

    path: Path
    kind = Kind.FOLDER

    @property
    def where(self) -> str:
        return str(self.path)

    def paths(self) -> Iterator[str]:
        with os.scandir(self.path):  # raises for a folder that may not be listed, which to os.walk is an empty one
            pass
        for top, folders, files in os.walk(self.path, followlinks=False):
            if VIRTUAL_ENVIRONMENT in files and Path(top) != self.path:
                folders.clear()
                continue
            folders[:] = sorted(name for name in folders if not is_ignored(name))
            below = PurePosixPath(os.path.relpath(top, self.path))
            yield from (str(below / name) for name in sorted(files) if not is_ignored(name))

    def is_link(self, path: str) -> bool:
        return (self.path / path).is_symlink()

    def source(self, path: str, assignment: Assignment) -> bytes:
        return _source(self.path / path, assignment)

    def text(self, path: str) -> bytes:
        return _content(self.path / path, MAX_TEXT_BYTES + 1)


@dataclass(frozen=True, slots=True)
class _Zip:
    """A zip, in memory."""

    opened: archive.Archive
    entries: Mapping[str, archive.Entry]
    kind = Kind.ARCHIVE

    @classmethod
    def of(cls, opened: archive.Archive) -> _Zip:
        """Return what an archive holds as a folder."""
        return cls(opened, {entry.path: entry for entry in opened.files})

    @property
    def where(self) -> str:
        return self.opened.where

    def paths(self) -> Iterator[str]:
        return iter(self.entries)

    def is_link(self, path: str) -> bool:
        return False  # an archive with links is refused

    def source(self, path: str, assignment: Assignment) -> bytes:
        max_bytes = notebook.MAX_BYTES if is_notebook(path) else assignment.policy.max_submission_bytes
        return archive.content_of(self.opened, self.entries[path], max_bytes)

    def text(self, path: str) -> bytes:
        return archive.content_of(self.opened, self.entries[path], MAX_BYTES_LOOKED_AT)[: MAX_TEXT_BYTES + 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What a folder or a zip holds, by kind; each is where it lies."""

    top: tuple[str, ...] = ()
    """Names of the files and folders that are in no folder."""
    code: tuple[str, ...]
    """Scripts and notebooks."""
    weights: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    """Files in which an answer is expected."""


def _found_in(holding: _Holding, name: str, assignment: Assignment) -> Found:
    return _of(holding, name, assignment, _listing(holding, assignment))


def _of(holding: _Holding, name: str, assignment: Assignment, listing: _Listing) -> Found:
    return Found(
        kind=holding.kind,
        name=name,
        where=holding.where,
        code=_code(listing.code, holding, assignment),
        texts=tuple(_texts(listing.texts, holding)),
        top=tuple(map(_printable, listing.top[:_MAX_SHOWN])),
        weights=tuple(map(_printable, listing.weights)),
        archives=tuple(map(_printable, listing.archives)),
    )


def _listing(holding: _Holding, assignment: Assignment) -> _Listing:
    top: set[str] = set()
    code: list[str] = []
    weights: list[str] = []
    archives: list[str] = []
    texts: list[str] = []
    for path in holding.paths():
        top.add(path.partition("/")[0])
        suffix = os.path.splitext(path)[1].lower()
        if is_code(path):
            code.append(path)
            if suffix == ".py":
                _refuse_unprintable(path, holding.where)
        for found, suffixes in ((weights, _WEIGHTS), (archives, _ARCHIVES)):
            if suffix in suffixes and len(found) <= _MAX_NAMED:
                found.append(path)
        if answers.holds_answer(path, assignment.exercises):
            texts.append(path)
    return _Listing(
        top=tuple(sorted(top)),
        code=tuple(code),
        weights=tuple(weights),
        archives=tuple(archives),
        texts=tuple(sorted(texts, key=lambda path: path.count("/"))[:_MAX_TEXTS]),
    )


def _texts(paths: Sequence[str], holding: _Holding) -> Iterator[SourceFile]:
    """Read what may hold an answer; what cannot be read holds none, nor does a link, which `text` refuses."""
    for path in paths:
        if path.isprintable():
            with suppress(SubmissionError):
                yield SourceFile(path=path, content=holding.text(path))


def _code(paths: Sequence[str], holding: _Holding, assignment: Assignment) -> tuple[Code, ...]:
    """Read the code that there is, what is called like the file that is asked for first, within limits of count and size."""
    read: dict[str, Code] = {}
    left, size = _MAX_LOOKED_AT, 0
    for path in sorted(paths, key=lambda path: candidates.nearness(path, assignment))[:_MAX_CODE]:
        shown = sendable(path)
        if holding.is_link(path) and not is_named(path, assignment):
            refusal = f"{holding.where}/{shown}: a link; hand in the file itself"
            read[path] = Code(path=shown, content=None, refusal=refusal, is_passed_by=True)
            continue
        if left == 0 or size > MAX_BYTES_LOOKED_AT:
            refusal = f"{holding.where}: {shown}: not read, since there is too much beside it"
            read[path] = Code(path=shown, content=None, refusal=refusal)
            continue
        left -= 1
        try:
            content = holding.source(path, assignment)
        except SubmissionError as error:
            read[path] = Code(path=shown, content=None, refusal=sendable(str(error)))
            continue
        size += len(content)
        refusal = "" if path.isprintable() else _unprintable(path, holding.where)
        read[path] = Code(path=shown, content=content, refusal=sendable(refusal))
    return tuple(read[path] for path in paths if path in read)


def _refuse_unprintable(path: str, where: str) -> None:
    if not path.isprintable():
        raise SubmissionError(_unprintable(path, where))


def _unprintable(path: str, where: str) -> str:
    return f"{where}: a file name that cannot be read: {path!r}; rename the file"


def _printable(path: str) -> str:
    return path if path.isprintable() else repr(path)


def _source(path: Path, assignment: Assignment) -> bytes:
    if is_notebook(path.name):  # one too large is the student's to fix, and not read to its end
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
