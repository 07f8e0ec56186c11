"""Folders on disk and in a zip, looked at in one way: names first, bytes only of what is asked for."""

from __future__ import annotations

import itertools
import mmap
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from grader import submission as submissions
from grader.errors import SubmissionError
from grader.reports.escape import one_line
from grader.submission import Archive, Entry, is_ignored

_MAX_MEMBERS = 200_000
_MAX_PARTS = 40
_LONGEST_PART = 255
"""Bytes of a name."""
_MAX_WALKED = 5_000
"""Files of one student that are looked at to tell whether there is code among them."""


class Tree(Protocol):
    """A folder with folders in it; paths are relative to it, with forward slashes, and its own is empty."""

    def folders(self, path: str) -> list[str]:
        """Return the names of the folders in one, without what systems and tools leave."""

    def files(self, path: str) -> list[str]:
        """Return the names of the files in one, likewise."""

    def has(self, path: str) -> bool:
        """Return whether there is a file or a folder, of any name."""

    def content(self, path: str, max_bytes: int) -> bytes:
        """Read a file of at most so many bytes; raises SubmissionError."""

    def refusal(self, path: str) -> str:
        """Return why a file, or something in a folder, cannot be read; empty if all can."""


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder on disk."""

    path: Path

    def folders(self, path: str) -> list[str]:
        """Return names of folders; a link to one is none."""
        return self._names(path, folders=True)

    def files(self, path: str) -> list[str]:
        """Return names of everything else."""
        return self._names(path, folders=False)

    def has(self, path: str) -> bool:
        """Return whether there is something."""
        return os.path.lexists(self.path / path)

    def content(self, path: str, max_bytes: int) -> bytes:
        """Read an ordinary file."""
        file = self.path / path
        if file.is_symlink() or not file.is_file():
            raise SubmissionError(f"{file}: not an ordinary file")
        with file.open("rb") as opened:
            content = opened.read(max_bytes + 1)
        if len(content) > max_bytes:
            raise SubmissionError(f"{file}: more than {max_bytes:,} bytes")
        return content

    def refusal(self, path: str) -> str:
        """Nothing is known: the usual reader tells."""
        return ""

    def _names(self, path: str, *, folders: bool) -> list[str]:
        try:
            with os.scandir(self.path / path) as entries:
                found = [one.name for one in entries if one.is_dir(follow_symlinks=False) == folders]
        except OSError as error:
            raise SubmissionError(f"{self.path / path}: cannot be read: {error.strerror}") from None
        return sorted(name for name in found if not is_ignored(name))


@dataclass(frozen=True, slots=True)
class Zip:
    """A zip on disk, of which the list of contents has been read."""

    archive: Archive
    entries: Mapping[str, Entry]
    broken: Mapping[str, str]
    """Why a file cannot be read, or something in a folder at the top, by its path."""
    lost: tuple[str, ...]
    """Files whose names lead nowhere, with the reason."""
    _inner: dict[str, tuple[list[str], list[str]]] = field(repr=False)
    """Names of folders and of files, by the folder that they are in."""

    def folders(self, path: str) -> list[str]:
        """Return names of folders that hold a file."""
        return self._inner.get(path, ([], []))[0]

    def files(self, path: str) -> list[str]:
        """Return names of files, broken ones among them."""
        return self._inner.get(path, ([], []))[1]

    def has(self, path: str) -> bool:
        """Return whether there is a file, or a folder that holds one."""
        return path in self.entries or path in self.broken or path in self._inner

    def content(self, path: str, max_bytes: int) -> bytes:
        """Unpack a file."""
        if path not in self.entries:
            raise SubmissionError(f"{self.archive.where}: {self.broken[path]}")
        return submissions.content_of(self.archive, self.entries[path], max_bytes)

    def refusal(self, path: str) -> str:
        """Return the first reason that is known of a file, or of what is in a folder."""
        if path in self.broken:
            return self.broken[path]
        below = (why for broken, why in self.broken.items() if broken.startswith(f"{path}/"))
        return next(below, "")


def of_zip(path: Path) -> Zip:
    """
    Look at a zip, of any size: nothing of it is unpacked.

    Raises:
        SubmissionError: If it is none, or its list of contents is not sound.
    """
    try:
        if path.is_symlink() or not path.is_file() or not path.stat().st_size:
            raise SubmissionError(f"{path}: not a file with something in it")
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise SubmissionError(f"{path}: cannot be read: {error.strerror}") from None
    archive, refused = submissions.read_members(content, str(path), _MAX_MEMBERS)
    entries = {entry.path: entry for entry in archive.files}
    broken: dict[str, str] = {}
    lost: list[str] = []
    for deep in [one for one in entries if one.count("/") >= _MAX_PARTS]:
        name = entries.pop(deep).name
        broken[_place(deep) or deep] = f"{one_line(name, 60)} lies in more than {_MAX_PARTS} folders"
    for member in refused:
        where = _place(member.name)
        if where is None:
            lost.append(f"{path.name}: {member.why}")
        else:
            broken[where] = member.why
    return Zip(archive, entries, broken, tuple(lost), _tree([*entries, *broken]))


def _place(name: str) -> str | None:
    """Return the path of what is refused, or of the last folder around it that has a usual name; None where there is neither."""
    parts = name.split("/")
    if submissions.has_drive(name) or any(part in ("", ".", "..") for part in parts):
        return None
    sound = list(itertools.takewhile(_is_usual, parts[:_MAX_PARTS]))
    return "/".join(sound) or None


def _is_usual(part: str) -> bool:
    return part.isprintable() and "\\" not in part and len(part.encode()) <= _LONGEST_PART


def _tree(paths: list[str]) -> dict[str, tuple[list[str], list[str]]]:
    folders: dict[str, set[str]] = {"": set()}
    files: dict[str, set[str]] = {}
    for path in paths:
        parent, _slash, name = path.rpartition("/")
        files.setdefault(parent, set()).add(name)
        while parent:
            above, _slash, own = parent.rpartition("/")
            folders.setdefault(above, set()).add(own)
            parent = above
    inner = {}
    for parent in folders.keys() | files.keys():
        in_it = folders.get(parent, set())
        inner[parent] = (sorted(in_it), sorted(files.get(parent, set()) - in_it))
    return inner


def join(folder: str, name: str) -> str:
    """Return the path of what is in a folder."""
    return f"{folder}/{name}" if folder else name


def walk(tree: Tree, folder: str) -> Iterator[str]:
    """Yield the paths of files below a folder, at most so many."""
    left, folders = _MAX_WALKED, [folder]
    while folders and left > 0:
        at = folders.pop()
        for name in tree.files(at)[:left]:
            left -= 1
            yield join(at, name)
        if at.count("/") < _MAX_PARTS:
            folders += [join(at, name) for name in reversed(tree.folders(at))]
