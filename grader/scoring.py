"""CheckResults to a Score: pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable

from grader.model import CheckResult, ExerciseScore, Score


def score(checks: Iterable[CheckResult]) -> Score:
    """Add up the points of *checks*, exercises in order of first appearance."""
    earned: dict[str, int] = {}
    possible: dict[str, int] = {}
    for check in checks:
        earned[check.exercise] = earned.get(check.exercise, 0) + check.earned
        possible[check.exercise] = possible.get(check.exercise, 0) + check.points
    exercises = tuple(ExerciseScore(exercise=name, earned=earned[name], possible=possible[name]) for name in possible)
    return Score(earned=sum(earned.values()), possible=sum(possible.values()), exercises=exercises)
