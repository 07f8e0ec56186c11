"""
Sort the changes of a pull request: submissions to grade, submissions that cannot be, and edits of what is no student's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from grader.model import Assignment, ForbiddenEdit, Refused
from grader.pull_request.changes import Change, changes
from grader.pull_request.paths import Layout, Place, files_of
from grader.pull_request.repository import Entry, Repository, Tree, is_lfs_pointer

_MAX_BYTES = 64 * 1024**2
"""Of one submission; what an assignment takes is less, and reading it says so."""
_LONGEST_PART = 200


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


def review(repository: Repository, base: str, head: str, layout: Layout) -> Review:
    """
    Sort what commit *head* has otherwise than commit *base*.

    Raises:
        UsageError: If the clone does not hold what is needed.
    """
    trees = [repository.tree(commit) for commit in (repository.fork_point(base, head), base, head)]
    found, forbidden = [], []
    for change in changes(*trees):
        place = layout.place(change.path)
        if place is not None:
            found.append((change, place))
        elif not layout.is_allowed(change.path):
            forbidden.append(ForbiddenEdit(path=change.path, why=_why_forbidden(change, layout)))
    handed_in: list[HandedIn] = []
    refused: list[Refused] = []
    for one in _submissions(found, trees[-1], layout):
        if isinstance(one, HandedIn):
            problem = _problem(repository, one)
            if problem is None:
                handed_in.append(one)
            else:
                refused.append(Refused(name=one.name, why=problem))
        else:
            refused.append(one)
    return Review(handed_in=tuple(_told_apart(handed_in)), forbidden=tuple(forbidden), refused=tuple(refused))


def _told_apart(every: Sequence[HandedIn]) -> Iterator[HandedIn]:
    """Give those of one assignment that are called alike, as where one lies in two places, the names of their folders."""
    count = Counter((one.assignment.slug, one.name) for one in every)
    for one in every:
        if count[one.assignment.slug, one.name] == 1:
            yield one
        else:
            yield replace(one, name="-".join([*PurePosixPath(one.folder).parts, one.name]))


def _why_forbidden(change: Change, layout: Layout) -> str:
    kind = change.after.kind if change.after is not None else ""
    what = f"{change.verb}, as {kind}" if kind else change.verb
    names = ", ".join(dict.fromkeys(name for one in layout.assignments for name in files_of(one)))
    return (
        f"{change.path} is {what}, and a pull request may change only what is handed in: {names}, or files below "
        f"{layout.submissions}/NAME. Take it back, or ask for `--allow {change.path}` if the course permits it"
    )


def _submissions(found: Sequence[tuple[Change, Place]], head: Tree, layout: Layout) -> Iterator[HandedIn | Refused]:
    """Yield every submission of which a file has changed, whole as the head has it."""
    slug_of = {one.slug: one for one in layout.assignments}
    folders: dict[tuple[str, str], list[tuple[Change, Place]]] = {}
    for change, place in found:
        folders.setdefault((place.folder, place.slug), []).append((change, place))
    for (folder, slug), some in folders.items():
        files = _files(folder, slug, head, layout)
        name = some[0][1].name
        changed = {place.within for _change, place in some}
        assignments = [slug_of[slug]] if slug else _assignments_in(files, changed, layout)
        if not name and not any(file in files for file in files_of(slug_of[slug])):
            if not changed & {*files_of(slug_of[slug])}:
                continue  # permitted source alone hands nothing in
            files = {}
        if not files:
            yield Refused(name=name or PurePosixPath(some[0][0].path).stem, why=_deleted(some))
        elif not assignments:
            asked = " or ".join(dict.fromkeys(name for one in layout.assignments for name in files_of(one)))
            yield Refused(
                name=name,
                why=f"{folder} does not say which assignment it is of: call the file {asked}, or put it into {folder}/ASSIGNMENT",
            )
        for assignment in assignments if files else ():
            own = PurePosixPath(assignment.file).stem
            yield HandedIn(assignment=assignment, name=name or own, folder=folder, files=files)


def _files(folder: str, slug: str, head: Tree, layout: Layout) -> dict[str, Entry]:
    """Return the files of a submission, by their paths in its folder."""
    found = {}
    for path, entry in head.items():
        place = layout.place(path) if path.startswith(f"{folder}/" if folder else "") else None
        if place is not None and (place.folder, place.slug) == (folder, slug):
            found[place.within] = entry
    return found


def _assignments_in(files: Mapping[str, Entry], changed: set[str], layout: Layout) -> list[Assignment]:
    """Return the assignments of which a folder holds the file, and of which something changed: that, or a file beside it."""
    there = [one for one in layout.assignments if any(name in files for name in files_of(one))]
    if not there and len(layout.assignments) == 1:
        return list(layout.assignments)
    named = {name for one in layout.assignments for name in files_of(one)}
    if changed - named:
        return there
    return [one for one in there if changed & {*files_of(one)}]


def _deleted(some: Sequence[tuple[Change, Place]]) -> str:
    paths = ", ".join(change.path for change, _place in some)
    return f"{paths}: deleted, and nothing else is there to grade; commit the file again"


def _problem(repository: Repository, one: HandedIn) -> str | None:
    """Return why a submission cannot be taken from git, as a sentence; None if it can."""
    for within, entry in one.files.items():
        path = one.path_of(within)
        if entry.kind:
            return f"{path} is {entry.kind}: commit the file itself"
        if not is_plain_path(within) or not is_plain_path(one.name):
            return f"{path}: this is no path that a file can have everywhere; rename it"
    entries = list(one.files.values())
    size = sum(repository.sizes(entries))
    if size > _MAX_BYTES:
        return f"{one.folder or one.name} has {size:,} bytes, and at most {_MAX_BYTES:,} are read: commit what is asked for alone"
    for within, content in zip(one.files, repository.contents(entries), strict=True):
        if is_lfs_pointer(content):
            return f"{one.path_of(within)} is a pointer of Git LFS: commit the file itself (`git lfs untrack`)"
    return None


def is_plain_path(path: str) -> bool:
    """Return whether a path of a commit stays below the folder that it is written to; trees that no git made may hold any."""
    return all(
        part not in ("", ".", "..") and "\0" not in part and "\\" not in part and len(part.encode()) <= _LONGEST_PART
        for part in path.split("/")
    )
