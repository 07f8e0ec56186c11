"""
Whose a path of a repository is: a file that a student hands in, and of which assignment; or none.

    a repository for each student      FILE, SLUG/FILE or assignments/SLUG/FILE, and the notebook beside it
    one repository for all             submissions/NAME/SLUG/..., or submissions/NAME/...

Which of the two a repository is, staff say: in one for all, nobody hands in at `assignments/SLUG/FILE`, which is everybody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from grader.course.assignment import ASSIGNMENTS, SOLUTIONS
from grader.errors import UsageError
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


def answers_of(assignment: Assignment) -> tuple[str, ...]:
    """Return the names of the files in which answers are expected that people grade."""
    return tuple(dict.fromkeys(name for exercise in assignment.exercises for name in exercise.answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where students' files are in a repository, and what else a pull request may change."""

    assignments: Sequence[Assignment]
    submissions: str | None
    """Folder with a folder for each student, in a repository for all; None in one for each student."""
    allowed: Sequence[str]
    """Other paths that may change: a path, or a folder and all below; `*` stands for any one part."""

    def __post_init__(self) -> None:
        """
        Refuse what would make checks a student's.

        Raises:
            UsageError: If a path is none, or the folder is one of the course.
        """
        for pattern in self.allowed:
            if not _is_path(pattern):
                raise UsageError(f"--allow {pattern!r}: this is no path in the repository, and would permit everything")
        if self.submissions is None:
            return
        if not _is_path(self.submissions) or PurePosixPath(self.submissions).parts[0] in (ASSIGNMENTS, SOLUTIONS):
            raise UsageError(
                f"--submissions {self.submissions!r}: name a folder of the repository that is none of the course, as submissions"
            )

    def place(self, path: str) -> Place | None:
        """Return where a path belongs as a file of a student; None if it is none."""
        if self.submissions is not None:
            shared, parts = PurePosixPath(self.submissions).parts, PurePosixPath(path).parts
            is_below = parts[: len(shared)] == shared and len(parts) > len(shared) + 1
            return self._of_many(parts, len(shared)) if is_below else None
        return next((place for place in self._of_one(path) if self._is_handed_in(place, path)), None)

    def is_allowed(self, path: str) -> bool:
        """Return whether staff permit a change of a path that is no student's."""
        return any(_matches(path, pattern) for pattern in self.allowed)

    def is_asked_for(self, place: Place | None) -> bool:
        """Return whether a file is handed in whatever staff permit."""
        if place is None or self.submissions is not None:
            return place is not None
        return any(place.within in (*files_of(one), *answers_of(one)) for one in self.assignments)

    def _of_many(self, parts: tuple[str, ...], depth: int) -> Place:
        name, *rest = parts[depth:]
        folder = "/".join(parts[: depth + 1])
        if len(rest) > 1 and rest[0] in {one.slug for one in self.assignments}:
            return Place(folder=f"{folder}/{rest[0]}", within="/".join(rest[1:]), name=name, slug=rest[0])
        return Place(folder=folder, within="/".join(rest), name=name, slug="")

    def _of_one(self, path: str) -> Iterator[Place]:
        folder, _slash, file = path.rpartition("/")
        for assignment in self.assignments:
            for within in answers_of(assignment):
                for own in ("", f"{assignment.slug}/", f"{ASSIGNMENTS}/{assignment.slug}/"):
                    if path == own + within:
                        yield Place(folder=own.rstrip("/"), within=within, name="", slug=assignment.slug)
            if folder in ("", assignment.slug, f"{ASSIGNMENTS}/{assignment.slug}"):
                yield Place(folder=folder, within=file, name="", slug=assignment.slug)

    def _is_handed_in(self, place: Place, path: str) -> bool:
        """Return whether a file of an assignment's folder is the student's: what is asked for, or permitted source beside it."""
        (assignment,) = (one for one in self.assignments if one.slug == place.slug)
        if place.within in files_of(assignment):
            return True
        says_which = bool(place.folder) or len(self.assignments) == 1
        if says_which and place.within in answers_of(assignment):
            return True
        return says_which and path.endswith(_SOURCES) and self.is_allowed(path)


def _is_path(text: str) -> bool:
    parts = PurePosixPath(text).parts
    return bool(parts) and ".." not in parts and not text.startswith("/")


def _matches(path: str, pattern: str) -> bool:
    parts, patterns = PurePosixPath(path).parts, PurePosixPath(pattern).parts
    return len(patterns) <= len(parts) and all(map(fnmatchcase, parts, patterns))
