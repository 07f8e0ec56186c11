"""
Sort the changes of a pull request: submissions to grade, submissions that cannot be, and edits of what is no student's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from grader.course.assignment import ASSIGNMENTS
from grader.errors import UsageError
from grader.model import Assignment, ForbiddenEdit, Refused
from grader.pull_request.changes import Change, changes
from grader.pull_request.paths import Layout, Place, answers_of, files_of
from grader.pull_request.repository import Entry, Repository, Tree, is_lfs_pointer

_MAX_BYTES = 64 * 1024**2
"""Of one submission; what an assignment takes is less, and reading it says so."""
_MAX_FILES = 2_000
"""Of one submission."""
_MAX_SUBMISSIONS = 500
"""In one pull request."""
_LONGEST_PART, _LONGEST_NAME, _MAX_PARTS = 200, 100, 40
_NO_NAME = frozenset('<>:"|?*\\\r\n')
"""Characters that files of results may not have: actions/toolkit, `artifact`, `path-and-artifact-name-validation.ts`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """The files of one submission, as the head has them."""

    assignment: Assignment
    name: str
    folder: str
    """Where it is in the repository; "" for its root."""
    files: Mapping[str, Entry]
    """By their paths in that folder."""

    def path_of(self, within: str) -> str:
        """Return the path in the repository of one of the files."""
        return f"{self.folder}/{within}" if self.folder else within


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a pull request changed."""

    handed_in: tuple[HandedIn, ...]
    forbidden: tuple[ForbiddenEdit, ...]
    refused: tuple[Refused, ...]
    """Submissions that it changed and that cannot be graded."""
    permitted: tuple[str, ...] = ()
    """Other paths that it changed, and that staff permit."""


def review(repository: Repository, base: str, head: str, layout: Layout) -> Review:
    """
    Sort what commit *head* has otherwise than commit *base*.

    Raises:
        UsageError: If the clone does not hold what is needed, or the head hands in more than is read.
    """
    trees = [repository.tree(commit) for commit in (repository.fork_point(base, head), base, head)]
    found: list[_Found] = []
    forbidden, permitted = [], []
    for change in changes(*trees):
        place = layout.place(change.path)
        if layout.is_allowed(change.path) and not layout.is_asked_for(place):
            permitted.append(change.path)
        if place is not None:
            found.append(_Found(change, place))
        elif not layout.is_allowed(change.path):
            forbidden.append(ForbiddenEdit(path=change.path, why=_why_forbidden(change, layout)))
    handed_in, refused = [], []
    for one in _submissions(found, trees[-1], layout):
        problem = _problem(repository, one) if isinstance(one, HandedIn) else None
        if isinstance(one, Refused):
            refused.append(one)
        elif problem is not None:
            refused.append(Refused(name=one.name, why=problem))
        else:
            handed_in.append(one)
    if len(handed_in) > _MAX_SUBMISSIONS:
        raise UsageError(
            f"{head[:12]} hands in {len(handed_in):,} submissions, and at most {_MAX_SUBMISSIONS} are graded at once"
        )
    return Review(
        handed_in=tuple(handed_in), forbidden=tuple(forbidden), refused=tuple(refused), permitted=tuple(permitted)
    )


class _Found(NamedTuple):
    """A change of a student's file."""

    change: Change
    place: Place


class _Folder(NamedTuple):
    """One folder that students' files are in, as the head has it."""

    path: str
    slug: str
    """Of the assignment; "" where it does not say it."""
    files: Mapping[str, Entry]
    found: Sequence[_Found]
    """What changed in it."""

    def holds(self, assignment: Assignment) -> bool:
        """Return whether it has the file or the notebook that is asked for."""
        return any(name in self.files for name in files_of(assignment))


def _why_forbidden(change: Change, layout: Layout) -> str:
    kind = change.after.kind if change.after is not None else ""
    what = f"{change.verb}, as {kind}" if kind else change.verb
    if layout.submissions is None:
        names = ", ".join((*_asked_for(layout), *(name for one in layout.assignments for name in answers_of(one))))
        where = f"{names}, each at the root, in ASSIGNMENT/ or in {ASSIGNMENTS}/ASSIGNMENT/"
    else:
        where = f"files below {layout.submissions}/NAME"
    return (
        f"{change.path} is {what}, and a pull request may change only what is handed in: {where}. Take it back, or ask the "
        f"course staff to permit it (`--allow {change.path}`)"
    )


def _asked_for(layout: Layout) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in layout.assignments for name in files_of(one)))


def _submissions(found: Sequence[_Found], head: Tree, layout: Layout) -> Iterator[HandedIn | Refused]:
    """Yield every submission of which a file has changed, whole as the head has it."""
    placed = [(place, entry) for path, entry in head.items() if (place := layout.place(path)) is not None]
    folders = list(_folders(found, placed))
    if layout.submissions is None:
        for assignment in layout.assignments:
            yield from _of_assignment(assignment, [one for one in folders if one.slug == assignment.slug])
        return
    students: dict[str, list[_Folder]] = {}
    for one in folders:
        students.setdefault(one.found[0].place.name, []).append(one)
    with_folders = {place.name for place, _entry in placed if place.slug}
    for name, some in students.items():
        yield from _of_student(name, some, layout, has_others=name in with_folders)


def _folders(found: Sequence[_Found], placed: Sequence[tuple[Place, Entry]]) -> Iterator[_Folder]:
    """Yield the folders in which something changed, of all students' files in the head."""
    changed: dict[tuple[str, str], list[_Found]] = {}
    for one in found:
        changed.setdefault((one.place.folder, one.place.slug), []).append(one)
    files: dict[tuple[str, str], dict[str, Entry]] = {key: {} for key in changed}
    for place, entry in placed:
        if (place.folder, place.slug) in files:
            files[place.folder, place.slug][place.within] = entry
    for (path, slug), some in changed.items():
        yield _Folder(path, slug, files[path, slug], some)


def _of_assignment(assignment: Assignment, folders: Sequence[_Folder]) -> Iterator[HandedIn | Refused]:
    """Yield what the one student of a repository hands in of an assignment."""
    name = PurePosixPath(assignment.file).stem
    there = [one for one in folders if one.holds(assignment)]
    if len(there) > 1:
        yield Refused(name=name, why=_twice(assignment, there))
    elif there:
        yield HandedIn(assignment=assignment, name=name, folder=there[0].path, files=there[0].files)
    else:
        gone = [one for folder in folders for one in folder.found if one.place.within in files_of(assignment)]
        if gone:  # permitted source alone hands nothing in
            yield Refused(name=name, why=_deleted(gone))


def _of_student(
    name: str, folders: Sequence[_Folder], layout: Layout, *, has_others: bool
) -> Iterator[HandedIn | Refused]:
    """
    Yield what one of many students hands in.

    Args:
        has_others: Whether the student has folders of assignments, so that other files may lie beside them.
    """
    by_slug: dict[str, list[_Folder]] = {}
    for one in folders:
        assignments = (
            [one.slug] if one.slug else [each.slug for each in _assignments_in(one, layout, has_others=has_others)]
        )
        if not one.files or (not assignments and _named(one, layout)):
            yield Refused(name=name, why=_deleted(one.found))
        elif not assignments and not has_others:
            asked = " or ".join(_asked_for(layout))
            why = f"does not say which assignment it is of: call the file {asked}, or put it into {one.path}/ASSIGNMENT"
            yield Refused(name=name, why=f"{one.path} {why}")
        for slug in assignments if one.files else ():
            by_slug.setdefault(slug, []).append(one)
    for assignment in layout.assignments:
        some = by_slug.get(assignment.slug, [])
        if len(some) > 1:
            yield Refused(name=name, why=_twice(assignment, some))
        elif some:
            yield HandedIn(assignment=assignment, name=name, folder=some[0].path, files=some[0].files)


def _named(folder: _Folder, layout: Layout) -> set[str]:
    """Return the files that changed and are asked for by some assignment."""
    return {one.place.within for one in folder.found} & {*_asked_for(layout)}


def _assignments_in(folder: _Folder, layout: Layout, *, has_others: bool) -> list[Assignment]:
    """Return the assignments of which a folder holds the file, and of which something changed: that, or a file beside it."""
    there = [one for one in layout.assignments if folder.holds(one)]
    named = _named(folder, layout)
    if not there and not named and len(layout.assignments) == 1 and not has_others:
        return list(layout.assignments)
    if {one.place.within for one in folder.found} - named:
        return there
    return [one for one in there if named & {*files_of(one)}]


def _twice(assignment: Assignment, folders: Sequence[_Folder]) -> str:
    positions = " and ".join(one.path or "the root" for one in folders)
    return f"{assignment.slug} is handed in twice, in {positions}: keep one"


def _deleted(some: Sequence[_Found]) -> str:
    paths = ", ".join(one.change.path for one in some)
    return f"{paths}: deleted, and nothing else is there to grade; commit the file again"


def _problem(repository: Repository, one: HandedIn) -> str | None:
    """Return why a submission cannot be taken from git, as a sentence; None if it can."""
    if not _is_plain_name(one.name):
        return f"{one.folder}: a folder of this name cannot be written everywhere; rename it (at most {_LONGEST_NAME} bytes)"
    if len(one.files) > _MAX_FILES:
        return f"{one.folder} has {len(one.files):,} files, and at most {_MAX_FILES:,} are read: commit what is asked for alone"
    for within, entry in one.files.items():
        if entry.kind:
            return f"{one.path_of(within)} is {entry.kind}: commit the file itself"
        if not is_plain_path(within):
            return f"{one.path_of(within)}: this is no path that a file can have everywhere; rename it"
    entries = list(one.files.values())
    size = sum(repository.sizes(entries))
    if size > _MAX_BYTES:
        return f"{one.folder or one.name} has {size:,} bytes, and at most {_MAX_BYTES:,} are read: commit what is asked for alone"
    for within, content in zip(one.files, repository.contents(entries), strict=True):
        if is_lfs_pointer(content):
            return f"{one.path_of(within)} is a pointer of Git LFS: commit the file itself (`git lfs untrack`)"
    return None


def _is_plain_name(name: str) -> bool:
    return is_plain_path(name) and len(name.encode()) <= _LONGEST_NAME and not _NO_NAME & {*name} and name.isprintable()


def is_plain_path(path: str) -> bool:
    """Return whether a path of a commit stays below the folder that it is written to; trees that no git made may hold any."""
    parts = path.split("/")
    return len(parts) <= _MAX_PARTS and all(
        part not in ("", ".", "..") and "\0" not in part and "\\" not in part and len(part.encode()) <= _LONGEST_PART
        for part in parts
    )
