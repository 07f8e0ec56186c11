"""Files of commits on disk: the course of the base, and the submissions of the head, each in a folder of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.course.assignment import ASSIGNMENTS, SOLUTIONS
from grader.errors import UsageError
from grader.pull_request.repository import Entry, Repository, is_lfs_pointer
from grader.pull_request.sorting import HandedIn

_TOML = "assignment.toml"
_MAX_BYTES = 512 * 1024**2
"""Of a course; data sets do not belong to it."""


def write_course(repository: Repository, commit: str, folder: Path) -> None:
    """
    Write the course that a commit holds: `assignments/` and `solutions/`, or the handout of one assignment.

    Raises:
        UsageError: If it holds none, one that is too large, or a link, which a check that is missing may hide behind.
    """
    tree = repository.tree(commit)
    of_course = {path: entry for path, entry in tree.items() if path.startswith((f"{ASSIGNMENTS}/", f"{SOLUTIONS}/"))}
    if not any(path.startswith(f"{ASSIGNMENTS}/") and path.endswith(f"/{_TOML}") for path in of_course):
        of_course = dict(tree) if _TOML in tree else {}
    if not of_course:
        raise UsageError(
            f"{commit[:12]} holds no course (`{ASSIGNMENTS}/ASSIGNMENT/{_TOML}`), and no handout ({_TOML}): name the folder "
            "of the course with --course DIR"
        )
    for path, entry in of_course.items():
        if entry.kind:
            raise UsageError(
                f"{path} of {commit[:12]} is {entry.kind}: a course is read from files alone; commit the file itself"
            )
    _write(repository, of_course, folder, f"the course of {commit[:12]}")


def write_submission(repository: Repository, handed_in: HandedIn, folder: Path) -> None:
    """
    Write the files of a submission below *folder*.

    Raises:
        UsageError: If one cannot be written.
    """
    _write(repository, handed_in.files, folder, handed_in.folder or handed_in.name)


def _write(repository: Repository, files: Mapping[str, Entry], folder: Path, what: str) -> None:
    entries = list(files.values())
    size = sum(repository.sizes(entries))
    if size > _MAX_BYTES:
        raise UsageError(
            f"{what} has {size:,} bytes, and at most {_MAX_BYTES:,} are taken from git: is a data set in it?"
        )
    for path, content in zip(files, repository.contents(entries), strict=True):
        if is_lfs_pointer(content):
            raise UsageError(f"{what}: {path} is a pointer of Git LFS: commit the file itself (`git lfs untrack`)")
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        except OSError as error:
            raise UsageError(f"{what}: {path} cannot be written: {error.strerror}") from None
