"""
Whose a path of a repository is: a file that a student hands in, and of which assignment; or none.

    a repository for each student      FILE, SLUG/FILE or assignments/SLUG/FILE, and the notebook beside it
    one repository for all             submissions/NAME/SLUG/..., or submissions/NAME/...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from grader.course.assignment import ASSIGNMENTS
from grader.model import Assignment

_SOURCES = (".py", ".ipynb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a student's file belongs."""

    folder: str
    """Of the submission, in the repository; "" for its root."""
    within: str
    """Path in that folder."""
    name: str
    """Of the student, in a repository for all; else ""."""
    slug: str
    """Of the assignment; "" where the folder does not say it."""


def files_of(assignment: Assignment) -> tuple[str, str]:
    """Return the names under which students hand an assignment in: the file, and the notebook of that name."""
    return assignment.file, str(PurePosixPath(assignment.file).with_suffix(".ipynb"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where students' files are in a repository, and what else a pull request may change."""

    assignments: Sequence[Assignment]
    submissions: str
    """Folder of everybody's submissions, in a repository for all."""
    allowed: Sequence[str]
    """Other paths that may change: a path, or a folder and all below; `*` stands for any one part."""

    def place(self, path: str) -> Place | None:
        """Return where a path belongs as a file of a student; None if it is none."""
        shared = PurePosixPath(self.submissions).parts
        parts = PurePosixPath(path).parts
        if parts[: len(shared)] == shared and len(parts) > len(shared) + 1:
            return self._of_many(parts, len(shared))
        return next((place for place in self._of_one(path) if self._is_handed_in(place, path)), None)

    def is_allowed(self, path: str) -> bool:
        """Return whether staff permit a change of a path that is no student's."""
        return any(_matches(path, pattern) for pattern in self.allowed)

    def _of_many(self, parts: tuple[str, ...], depth: int) -> Place:
        name, *rest = parts[depth:]
        folder = "/".join(parts[: depth + 1])
        if len(rest) > 1 and rest[0] in {one.slug for one in self.assignments}:
            return Place(folder=f"{folder}/{rest[0]}", within="/".join(rest[1:]), name=name, slug=rest[0])
        return Place(folder=folder, within="/".join(rest), name=name, slug="")

    def _of_one(self, path: str) -> Iterator[Place]:
        folder, _slash, file = path.rpartition("/")
        for assignment in self.assignments:
            if folder in ("", assignment.slug, f"{ASSIGNMENTS}/{assignment.slug}"):
                yield Place(folder=folder, within=file, name="", slug=assignment.slug)

    def _is_handed_in(self, place: Place, path: str) -> bool:
        """Return whether a file of an assignment's folder is the student's: what is asked for, or permitted source beside it."""
        (assignment,) = (one for one in self.assignments if one.slug == place.slug)
        if place.within in files_of(assignment):
            return True
        says_which = bool(place.folder) or len(self.assignments) == 1
        return says_which and path.endswith(_SOURCES) and self.is_allowed(path)


def _matches(path: str, pattern: str) -> bool:
    parts, patterns = PurePosixPath(path).parts, PurePosixPath(pattern).parts
    return len(patterns) <= len(parts) and all(map(fnmatchcase, parts, patterns))
