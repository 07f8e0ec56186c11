"""
Find what a student sent: the file that is meant, and what comes along, out of a single file, a folder or a zip.

A file may have any name; it becomes the file that the assignment asks for.  Of a folder or a zip, `candidates` chooses the file
that is graded, and other Python files come along.  Nothing is judged here: what nobody can grade (no such path, no such file in
the folder, too large) is a SubmissionError, and all else is as it was sent.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from grader.errors import SubmissionError
from grader.model import Assignment, SourceFile
from grader.submission import archive, candidates, notebook, run_magics
from grader.submission.candidates import Looking, Seen, Standing, is_code, is_notebook
from grader.submission.ignored_files import VIRTUAL_ENVIRONMENT, is_ignored

_MAX_NAMED = 200
_MAX_LOOKED_AT = 2_000
_MAX_BYTES_LOOKED_AT = 50_000_000
_MAX_HELD = 5
_MAX_RUN = 5
_WEIGHTS = {".bin", ".ckpt", ".h5", ".npy", ".npz", ".onnx", ".pickle", ".pkl", ".pt", ".pth", ".safetensors"}
_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".tgz"}
_COMPRESSED = {*_ARCHIVES, ".bz2", ".gz", ".xz", ".zst"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A Python file that cannot be read, which matters only if the graded one needs it."""

    path: str
    why: str
    """Without the place of the submission, which students do not know."""


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
    unread: tuple[Unread, ...] = ()
    notebooks: tuple[SourceFile, ...] = ()
    """Notebooks that the main file, one itself, runs by `%run`."""
    passed_over: tuple[str, ...] = ()
    """Other files that define what is asked for."""
    is_stub: bool = False
    """Whether the main file was chosen although it is what was handed out: there is no other one."""
    weights: tuple[str, ...] = ()
    """Files beside it that look like weights or data, and are not taken over."""
    archives: tuple[str, ...] = ()
    """Archives beside it, which are not looked into."""


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


def default_file(folder: Path, assignment: Assignment) -> Path | None:
    """
    Return the file of a folder that is graded where none is named; folders in it are not looked into.

    Raises:
        SubmissionError: If nobody can tell which one is meant.
    """
    names = [entry.name for entry in os.scandir(folder) if is_code(entry.name) and entry.is_file()]
    looking = Looking(assignment)
    seen = []
    for name in sorted(names, key=lambda name: candidates.nearness(name, assignment))[:_MAX_NAMED]:
        try:
            seen.append(looking.at(name, _source(folder / name, assignment)))
        except SubmissionError:
            seen.append(looking.unread(name))
    choice = candidates.choose(seen, assignment)
    if len(choice.paths) > 1:
        raise SubmissionError(_undecided(choice.paths, str(folder), assignment) + "; name the one to check")
    if choice.paths:
        return folder / choice.paths[0]
    return folder / assignment.file if assignment.file in names else None


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
        content = _content(path, archive.MAX_BYTES, "a zip may have; leave out data, weights and packages")
        return _found_in(_Zip.of(archive.read(content, str(path))), path.stem, assignment)
    if suffix in _COMPRESSED:
        raise SubmissionError(f"{path}: a {suffix} archive is not read; pack the same files as a .zip")
    if not is_code(path.name):
        raise SubmissionError(f"{path}: expected a .py file, a notebook (.ipynb), a folder or a .zip")
    first = called if is_notebook(called) else assignment.file
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


@dataclass(frozen=True, slots=True)
class _Zip:
    """A zip, in memory."""

    opened: archive.Archive
    entries: Mapping[str, archive.Entry]
    kind = "archive"

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What a folder or a zip holds, by kind; each is where it lies."""

    top: tuple[str, ...]
    """Names of the files and folders that are in no folder."""
    files: tuple[str, ...]
    """Those of the files."""
    code: tuple[str, ...]
    """Scripts and notebooks."""
    weights: tuple[str, ...]
    archives: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What the code of a folder or a zip is."""

    seen: tuple[Seen, ...]
    scripts: Mapping[str, bytes]
    unread: Mapping[str, str]
    """Why scripts could not be read."""


def _found_in(holding: _Holding, name: str, assignment: Assignment) -> HandedIn:
    listing = _listing(holding)
    looked = _look(listing.code, holding, assignment)
    choice = candidates.choose(looked.seen, assignment)
    if len(choice.paths) > 1:
        undecided = _undecided(choice.paths, holding.where, assignment)
        raise SubmissionError(f"{undecided}; {_of_a_class(holding)}")
    main = choice.paths[0] if choice.paths else _only_one(listing, holding, assignment)
    _refuse_unprintable(main, holding.where)
    first = main if is_notebook(main) else assignment.file
    beside = _as_imported(looked, main, {main.partition("/")[0], first, assignment.file})
    content = holding.source(main, assignment)
    return HandedIn(
        name=name,
        where=holding.where,
        main=main,
        notebooks=tuple(_notebooks_run(content, main, listing, holding, assignment)),
        files=(
            SourceFile(path=first, content=content),
            *(SourceFile(path=to, content=looked.scripts[at]) for to, at in beside.items() if at in looked.scripts),
        ),
        unread=tuple(Unread(path=to, why=looked.unread[at]) for to, at in beside.items() if at in looked.unread),
        passed_over=choice.passed_over,
        is_stub=choice.standing is Standing.STUB,
        weights=tuple(map(_printable, listing.weights)),
        archives=tuple(map(_printable, listing.archives)),
    )


def _listing(holding: _Holding) -> _Listing:
    top: set[str] = set()
    files: list[str] = []
    code: list[str] = []
    weights: list[str] = []
    archives: list[str] = []
    for path in holding.paths():
        top.add(path.partition("/")[0])
        if "/" not in path:
            files.append(path)
        suffix = os.path.splitext(path)[1].lower()
        if is_code(path):
            code.append(path)
            if suffix == ".py":
                _refuse_unprintable(path, holding.where)
        for found, suffixes in ((weights, _WEIGHTS), (archives, _ARCHIVES)):
            if suffix in suffixes and len(found) <= _MAX_NAMED:
                found.append(path)
    return _Listing(
        top=tuple(sorted(top)),
        files=tuple(files),
        code=tuple(code),
        weights=tuple(weights),
        archives=tuple(archives),
    )


def _look(paths: Sequence[str], holding: _Holding, assignment: Assignment) -> _Looked:
    """Read the code that there is, what is called like the file that is asked for first, within limits of count and size."""
    looking = Looking(assignment)
    seen: list[Seen] = []
    scripts: dict[str, bytes] = {}
    unread: dict[str, str] = {}
    left, size = _MAX_LOOKED_AT, 0
    for path in sorted(paths, key=lambda path: candidates.nearness(path, assignment)):
        if holding.is_link(path) and not looking.is_named(path):
            continue
        if left == 0 or size > _MAX_BYTES_LOOKED_AT:
            unread[path] = f"{path}: not read, since there is too much beside it"
            continue
        left -= 1
        try:
            content = holding.source(path, assignment)
        except SubmissionError as error:
            seen.append(looking.unread(path))
            unread[path] = str(error).removeprefix(holding.where).lstrip("/: ")
            continue
        seen.append(looking.at(path, content))
        if not is_notebook(path):
            scripts[path] = content
            size += len(content)
    order = {path: number for number, path in enumerate(paths)}
    return _Looked(
        seen=tuple(sorted(seen, key=lambda one: order[one.path])),
        scripts={path: scripts[path] for path in paths if path in scripts},
        unread={path: why for path, why in unread.items() if not is_notebook(path)},
    )


def _as_imported(looked: _Looked, main: str, taken: set[str]) -> dict[str, str]:
    """
    Return where the other scripts come to lie, and where each was: as Python has it, beside the file that runs.

    Args:
        taken: Names in that folder that are not free.
    """
    folder = main.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    scripts = [path for path in (*looked.scripts, *looked.unread) if path != main]
    near = {_lower_ending(path.removeprefix(prefix)): path for path in scripts if path.startswith(prefix)}
    far = {_lower_ending(path): path for path in scripts if not path.startswith(prefix)}
    if prefix:
        taken = taken - {main.partition("/")[0]} | {main.rpartition("/")[2]}
    return {to: at for to, at in {**far, **near}.items() if to.partition("/")[0] not in taken}


def _notebooks_run(
    content: bytes, main: str, listing: _Listing, holding: _Holding, assignment: Assignment
) -> Iterator[SourceFile]:
    """Yield the notebooks beside the graded one that it runs, as far as they can be read."""
    if not is_notebook(main):
        return
    there = set(listing.code)
    for name in run_magics.files_run(content)[:_MAX_RUN]:
        path = f"{main.rpartition('/')[0]}/{name}".lstrip("/")
        if path in there and path != main and is_notebook(path):
            with suppress(SubmissionError):
                yield SourceFile(path=name, content=holding.source(path, assignment))


def _lower_ending(path: str) -> str:
    return path[:-3] + ".py"


def _only_one(listing: _Listing, holding: _Holding, assignment: Assignment) -> str:
    """Return the file that is meant where none defines what is asked for: by its name, or the only one of its kind."""
    if assignment.file in listing.files:
        return assignment.file
    notebooks = [path for path in listing.files if is_notebook(path)]
    same_name = [path for path in notebooks if PurePosixPath(path).stem == PurePosixPath(assignment.file).stem]
    scripts = [path for path in listing.files if is_code(path) and not is_notebook(path)]
    for alike in (same_name, notebooks, scripts):
        if len(alike) == 1:
            return alike[0]
    held = ", ".join(map(_printable, listing.top[:_MAX_HELD])) or "nothing"
    advice = ""
    if len(listing.archives) > 1:
        advice = f"; {_of_a_class(holding)}"
    elif listing.archives:
        advice = f"; unpack {_printable(listing.archives[0])} and hand in what it holds"
    raise SubmissionError(f"{holding.where}: no {assignment.file} in this {holding.kind} (it holds {held}){advice}")


def _undecided(paths: Sequence[str], where: str, assignment: Assignment) -> str:
    named = ", ".join(map(_printable, paths[:_MAX_HELD]))
    more = f" and {len(paths) - _MAX_HELD} more" if len(paths) > _MAX_HELD else ""
    return (
        f"{where}: several files define what is asked for, and nobody can tell which one is meant: {named}{more}; "
        f"keep one, or call it {assignment.file} and put it into no folder"
    )


def _of_a_class(holding: _Holding) -> str:
    """Say how a class is graded, which may be what somebody wanted."""
    if isinstance(holding, _Folder):
        return f"to grade a class, name its submissions: {holding.where}/*"
    return "to grade a class, unpack it and name its submissions: DIR/*"


def _refuse_unprintable(path: str, where: str) -> None:
    if not path.isprintable():
        raise SubmissionError(f"{where}: a file name that cannot be read: {path!r}; rename the file")


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
