"""
Choose-one groups: of several exercises one is enough.

The exercise with the most points counts.  One that a submission leaves out is skipped if another one of its group is there; where
none is, nothing of the group is skipped, since then all of them are missing.  All exercises of a group are worth the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.errors import AssignmentError
from grader.grading.check import Check
from grader.model import CheckResult, Exercise, Outcome, Score
from grader.proxy import RemoteName, Session


def _groups(exercises: Iterable[Exercise]) -> Mapping[str, tuple[Exercise, ...]]:
    """Return the exercises of each group, in order."""
    groups: dict[str, tuple[Exercise, ...]] = {}
    for exercise in exercises:
        if exercise.choose_one:
            groups[exercise.choose_one] = (*groups.get(exercise.choose_one, ()), exercise)
    return groups


def by_exercise(points: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    """Add up the points of each exercise, in order of first appearance."""
    totals: dict[str, int] = {}
    for exercise, number in points:
        totals[exercise] = totals.get(exercise, 0) + number
    return totals


def refuse_uneven(exercises: Iterable[Exercise], checks: Iterable[Check]) -> None:
    """
    Refuse a group whose exercises are not worth the same.

    Raises:
        AssignmentError: If there is one.
    """
    points = by_exercise((check.exercise, check.points) for check in checks)
    for group, members in _groups(exercises).items():
        worth = {member.name: points[member.name] for member in members if member.name in points}
        if len(set(worth.values())) > 1:
            told = ", ".join(f"{name} {number}" for name, number in worth.items())
            raise AssignmentError(f"choose_one {group!r}: its exercises must be worth the same points, got {told}")


def not_chosen(exercises: Iterable[Exercise], session: Session) -> Mapping[str, str]:
    """Return the exercises that a submission leaves out for another one of their group, each with a sentence."""
    said: dict[str, str] = {}
    for members in _groups(exercises).values():
        done = [member for member in members if all(RemoteName(session, name).is_written() for name in member.provides)]
        for member in members if done else ():
            if member not in done:
                names = ", ".join(f"`{name}`" for name in member.provides)
                chosen = " and ".join(other.title for other in done)
                said[member.name] = f"{names} is not in this submission, and need not be: {chosen} counts"
    session.end()
    return said


def possible_points(exercises: Iterable[Exercise], checks: Iterable[Check]) -> int:
    """Return what checks are worth together; of a group, whose exercises are worth the same, one counts."""
    group_of = {exercise.name: exercise.choose_one or exercise.name for exercise in exercises}
    worth: dict[str, int] = {}
    for name, points in by_exercise((check.exercise, check.points) for check in checks).items():
        worth[group_of[name]] = max(worth.get(group_of[name], 0), points)
    return sum(worth.values())


def counted(checks: Sequence[CheckResult], exercises: Iterable[Exercise]) -> frozenset[str]:
    """Return the exercises whose points count: of each group the one with the most, of equals the first that was not skipped."""
    earned = by_exercise((check.exercise, check.earned) for check in checks)
    tried = {check.exercise for check in checks if check.outcome is not Outcome.SKIPPED}
    group_of = {exercise.name: exercise.choose_one for exercise in exercises if exercise.choose_one}
    best: dict[str, str] = {}
    for name in earned:
        group = group_of.get(name, name)
        rival = best.get(group)
        if rival is None or (earned[name], name in tried) > (earned[rival], rival in tried):
            best[group] = name
    return frozenset(best.values())


def praise(exercises: Iterable[Exercise], total: Score) -> Iterator[str]:
    """Say a kind word where more than one exercise of a group is complete."""
    complete = {entry.exercise for entry in total.exercises if entry.earned == entry.possible}
    for members in _groups(exercises).values():
        titles = [exercise.title for exercise in members if exercise.name in complete]
        if len(titles) > 1:
            yield f"{' and '.join(titles)} are complete, where one was asked for: well done!"
