"""
Points that people give: the marks of a rubric, by exercise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from grader.classroom.policies.figures import figure, points
from grader.classroom.policies.policy import utc
from grader.classroom.policies.values import Attempt, Decision, Mark
from grader.model import ExerciseScore

Marks = Mapping[tuple[str, str], Mark]
"""The mark that holds, by exercise and item."""


def marks(decisions: Iterable[Decision]) -> Marks:
    """Return the last mark of each item."""
    return {(mark.exercise, mark.item): mark for mark in decisions if isinstance(mark, Mark)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What marks and the want of them do to one attempt."""

    changes: tuple[tuple[str, str, Fraction], ...]
    """Exercise, sentence and points."""
    pending: tuple[str, ...]
    waiting: tuple[str, ...]
    """A sentence for each of these."""
    warnings: tuple[str, ...]


def marked(attempt: Attempt, given: Marks) -> Marked:
    """Return the points of the marks that were *given*, and what still waits for one."""
    known = {entry.exercise: entry for entry in attempt.score.exercises}
    counted = {name: entry for name, entry in known.items() if entry.counts}
    by_exercise: dict[str, list[Mark]] = {}
    for mark in given.values():
        by_exercise.setdefault(mark.exercise, []).append(mark)
    changes = [_change(counted[name], found) for name, found in by_exercise.items() if name in counted]
    waiting = {
        name: missing
        for name in attempt.pending
        if (name not in known or known[name].counts) and (missing := _missing(name, attempt, by_exercise)) is not None
    }
    titles = {name: known[name].title if name in known else name for name in (*by_exercise, *waiting)}
    return Marked(
        changes=tuple(changes),
        pending=tuple(waiting),
        waiting=tuple(_waits(titles[name], known.get(name), missing) for name, missing in waiting.items()),
        warnings=(
            *(
                f"{titles[name]} has marks, which add nothing: "
                + ("another exercise of its choice counts" if name in known else "the attempt has no such exercise")
                for name in by_exercise
                if name not in counted
            ),
            *(
                f"{titles[name]} was marked before attempt {attempt.number} was handed in: look at it again"
                for name, found in by_exercise.items()
                if name in counted and _is_older(found, attempt)
            ),
        ),
    )


def _change(entry: ExerciseScore, found: Iterable[Mark]) -> tuple[str, str, Fraction]:
    """Return what marks add to an exercise, which is worth its possible points at most and 0 at least."""
    found = tuple(found)
    total = sum((mark.points for mark in found), Fraction(entry.earned))
    held = max(Fraction(0), min(Fraction(entry.possible), total))
    items = ", ".join(f"{mark.item} {figure(mark.points)}" for mark in found)
    checks = f", checks {entry.earned}" if entry.earned else ""
    cut = "" if held == total else f", which counts as {figure(held)}"
    people = " and ".join(dict.fromkeys(mark.by for mark in found if mark.by))
    by = f" by {people}" if people else ""  # a student does not read who it was
    says = f"{entry.title}, marked{by} ({items}{checks}): {figure(total)} of {entry.possible} points{cut}"
    return entry.exercise, says, held - entry.earned


def _waits(title: str, entry: ExerciseScore | None, missing: str) -> str:
    """Say what waits for staff: items that are *missing*, or all that checks did not earn."""
    if missing:
        return f"{title} waits for staff, who have not marked {missing}"
    return f"{title} waits for staff" + (f": {points(entry.possible - entry.earned)}" if entry is not None else "")


def _missing(name: str, attempt: Attempt, by_exercise: Mapping[str, list[Mark]]) -> str | None:
    """Return which items of a pending exercise have no mark, empty for all of them; None if none is missing."""
    done = {mark.item for mark in by_exercise.get(name, ())}
    if not done:
        return ""
    return ", ".join(item for item in attempt.rubric.get(name, ()) if item not in done) or None


def _is_older(found: Iterable[Mark], attempt: Attempt) -> bool:
    return attempt.handed_in_at is not None and any(utc(mark.at) < utc(attempt.handed_in_at) for mark in found)
