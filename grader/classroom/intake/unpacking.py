"""
Write what one student handed in below the staging folder of a command, within bounds.

Only code, zips and the answers that people grade are unpacked, as the usual reader reads nothing else; an empty file stands for
what is called otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from grader.classroom.intake.tree import Tree, Zip, join
from grader.classroom.intake.values import Found
from grader.errors import SubmissionError
from grader.model import Exercise
from grader.submission import MAX_ARCHIVE_BYTES, holds_answer, is_code

_MAX_TOTAL_BYTES = 4 * 1024**3
_MAX_OF_ONE_BYTES = 200 * 1024**2
_MAX_FILES_OF_ONE = 10_000
_MAX_RATIO = 200
_FREE_OF_RATIO = 1024**2
"""So many bytes may have been packed as tightly as can be: text that repeats."""


class Staging:
    """A folder for files of a class; it counts what was written."""

    def __init__(self, folder: Path, exercises: Sequence[Exercise]) -> None:
        """
        Begin with nothing written.

        Args:
            exercises: Of the assignment: text files with answers to them are unpacked, too.
        """
        self._folder = folder
        self._exercises = exercises
        self._total = 0
        self._count = 0

    def write(self, tree: Tree, found: Found) -> Path:
        """
        Write the files of one student; returns the file or folder to be read.

        Raises:
            SubmissionError: If one of them is broken, or they are too much.
        """
        self._count += 1
        own = self._folder / str(self._count)
        (path, *others) = found.files
        if not others and isinstance(tree, Zip) and path in tree.entries:
            return self._one(tree, path, own / PurePosixPath(path).name)
        size = 0
        for number, (source, target) in enumerate(_files(tree, found)):
            if number >= _MAX_FILES_OF_ONE:
                raise SubmissionError(f"more than {_MAX_FILES_OF_ONE:,} files; leave out what is not code")
            size += self._one(tree, source, own / target).stat().st_size
            if size > _MAX_OF_ONE_BYTES:
                raise SubmissionError(
                    f"code and zips of more than {_MAX_OF_ONE_BYTES:,} bytes; leave out what is not needed"
                )
        return own

    def _is_read(self, source: str, target: Path) -> bool:
        """Return whether the usual reader looks into a file; a site may have given an answer another name."""
        is_answer = any(holds_answer(name, self._exercises) for name in (source, target.as_posix()))
        return is_code(source) or source.lower().endswith(".zip") or is_answer

    def _one(self, tree: Tree, source: str, target: Path) -> Path:
        content = b""
        if self._is_read(source, target):
            if isinstance(tree, Zip):
                _refuse_bomb(tree, source)
            content = tree.content(source, MAX_ARCHIVE_BYTES)
        self._total += len(content)
        if self._total > _MAX_TOTAL_BYTES:
            raise SubmissionError(f"the class unpacks to more than {_MAX_TOTAL_BYTES:,} bytes; grade it in parts")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(content)
        except OSError as error:
            raise SubmissionError(f"{source}: cannot be unpacked: {error.strerror}") from None
        return target


def _files(tree: Tree, found: Found) -> Iterator[tuple[str, str]]:
    """Yield the files of one student, and where each comes to lie."""
    if found.originals:
        yield from found.originals.items()
        return
    for path in found.files:
        yield from _below(tree, path, "")


def _below(tree: Tree, path: str, target: str) -> Iterator[tuple[str, str]]:
    for name in tree.files(path):
        yield join(path, name), join(target, name)
    for name in tree.folders(path):
        yield from _below(tree, join(path, name), join(target, name))


def _refuse_bomb(tree: Zip, path: str) -> None:
    record = tree.entries[path].record
    if record.unpacked_bytes > max(_FREE_OF_RATIO, _MAX_RATIO * record.packed_bytes):
        times = record.unpacked_bytes // max(record.packed_bytes, 1)
        raise SubmissionError(f"{path!r} unpacks to {times:,} times its size; hand in the file that was meant")
