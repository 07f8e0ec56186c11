"""What the words of `grader check` ask for: an assignment, exercises of it, a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.model import Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedFor:
    """What is to be checked."""

    assignment: Assignment
    exercises: tuple[str, ...]
    """Their names; empty for all."""
    path: Path | None
    """None for the file that is meant where none is named."""


def asked_for(words: Sequence[str], course: Path) -> AskedFor:
    """
    Read words: an assignment, then exercises of it and a file, of which each may be left out.

    The assignment only in its own folder, or where there is no other, as in one that was handed out.  An exercise goes by its
    name or by one that it provides.

    Raises:
        AssignmentError: If there is no such assignment, or a file of it is wrong.
        UsageError: If the assignment must be named, or a word is none of these.
    """
    slugs, rest = assignments.slugs(course), list(words)
    here = _slug_here(course, slugs)
    if rest and (rest[0] in slugs or (here is None and not _may_be_a_path(rest[0]))):
        slug = rest.pop(0)
    elif here is not None:
        slug = here
    else:
        before = f" before `{rest[0]}`" if rest else ""
        raise UsageError(f"name the assignment{before}, there are several in {course}: {', '.join(slugs)}")
    loaded = assignments.load(course, slug)
    found = [(word, assignments.exercise_of(loaded, word)) for word in rest]
    paths = [word for word, exercise in found if exercise is None]
    for word in paths:
        if not _may_be_a_path(word):
            raise UsageError(assignments.no_exercise(loaded, word, "and no such file"))
    if len(paths) > 1:
        raise UsageError(f"one file is checked at a time, and these are {len(paths)}: {', '.join(paths)}")
    exercises = tuple(dict.fromkeys(exercise for _word, exercise in found if exercise is not None))
    return AskedFor(assignment=loaded, exercises=exercises, path=Path(paths[0]) if paths else None)


def _slug_here(course: Path, slugs: Sequence[str]) -> str | None:
    """Return the only assignment that there is, or else the one in whose folder we are."""
    if len(slugs) == 1:
        return slugs[0]
    folders = {slug: course / assignments.ASSIGNMENTS / slug for slug in slugs}
    return next((slug for slug, folder in folders.items() if Path.cwd().is_relative_to(folder)), None)


def _may_be_a_path(word: str) -> bool:
    """Return whether a file is meant, there or not."""
    path = Path(word)
    try:
        return bool(word) and (path.exists() or bool(path.suffix) or len(path.parts) > 1)
    except OSError:  # too long to be a name
        return False
