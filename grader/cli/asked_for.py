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
    Read words in the order assignment, exercises, file, of which each may be left out.

    The assignment only where there is no other, as in a folder that was handed out.  An exercise goes by its name or by one that
    it provides.

    Raises:
        AssignmentError: If there is no such assignment, or a file of it is wrong.
        UsageError: If the assignment must be named, or a word is none of these.
    """
    slugs, rest = assignments.slugs(course), list(words)
    if rest and (rest[0] in slugs or len(slugs) > 1):
        loaded = assignments.load(course, rest.pop(0))
    elif len(slugs) == 1:
        loaded = assignments.load(course, slugs[0])
    else:
        raise UsageError(f"name the assignment, there are several in {course}: {', '.join(slugs)}")
    exercises = []
    while rest and (exercise := assignments.exercise_of(loaded, rest[0])) is not None:
        exercises.append(exercise)
        rest.pop(0)
    if len(rest) > 1 or (rest and not _may_be_a_path(rest[0])):
        raise UsageError(assignments.no_exercise(loaded, rest[0], "and no such file"))
    return AskedFor(assignment=loaded, exercises=tuple(exercises), path=Path(rest[0]) if rest else None)


def _may_be_a_path(word: str) -> bool:
    """Return whether a file is meant, there or not."""
    path = Path(word)
    return path.exists() or bool(path.suffix) or len(path.parts) > 1
