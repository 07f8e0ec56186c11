"""CheckResults to a Score: pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable

from grader.grading import choice
from grader.model import CheckResult, Exercise, ExerciseScore, Outcome, Score


def score(checks: Iterable[CheckResult], exercises: Iterable[Exercise] = ()) -> Score:
    """
    Add up the points of *checks*; of a choose-one group only the best counts, and what waits for staff is pending.

    Exercises come in the order in which they are given, others after them as they appear.
    """
    checks, exercises = tuple(checks), tuple(exercises)
    titles = {exercise.name: exercise.title for exercise in exercises}
    earned = choice.by_exercise((check.exercise, check.earned) for check in checks)
    possible = choice.by_exercise((check.exercise, check.points) for check in checks)
    pending = choice.by_exercise((check.exercise, check.points) for check in checks if check.outcome is Outcome.PENDING)
    counted = choice.counted(checks, exercises)
    return Score(
        earned=sum(earned[name] for name in counted),
        possible=sum(possible[name] for name in counted),
        exercises=tuple(
            ExerciseScore(
                exercise=name,
                title=titles.get(name, name),
                earned=earned[name],
                possible=possible[name],
                counts=name in counted,
                pending=pending.get(name, 0),
            )
            for name in sorted(possible, key=[*titles, *possible].index)
        ),
    )
