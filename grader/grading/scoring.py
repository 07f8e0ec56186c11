"""CheckResults to a Score: pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable

from grader.grading import choice
from grader.model import CheckResult, Exercise, ExerciseScore, Score


def score(checks: Iterable[CheckResult], exercises: Iterable[Exercise] = ()) -> Score:
    """Add up the points of *checks*, exercises in order of first appearance; of a choose-one group only the best counts."""
    checks = tuple(checks)
    earned = choice.by_exercise((check.exercise, check.earned) for check in checks)
    possible = choice.by_exercise((check.exercise, check.points) for check in checks)
    counted = choice.counted(checks, exercises)
    return Score(
        earned=sum(earned[name] for name in counted),
        possible=sum(possible[name] for name in counted),
        exercises=tuple(
            ExerciseScore(exercise=name, earned=earned[name], possible=possible[name], counts=name in counted)
            for name in possible
        ),
    )
