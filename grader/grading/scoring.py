"""CheckResults to a Score: pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable

from grader.model import CheckResult, Exercise, ExerciseScore, Outcome, Score


def score(checks: Iterable[CheckResult], exercises: Iterable[Exercise] = ()) -> Score:
    """
    Add up the points of *checks*, exercises in order of first appearance.

    Of the exercises that share a choose-one group in *exercises*, only the best counts: the one with the most points, of
    equals the first that was not skipped.
    """
    checks = tuple(checks)
    earned: dict[str, int] = {}
    possible: dict[str, int] = {}
    for check in checks:
        earned[check.exercise] = earned.get(check.exercise, 0) + check.earned
        possible[check.exercise] = possible.get(check.exercise, 0) + check.points
    tried = {check.exercise for check in checks if check.outcome is not Outcome.SKIPPED}
    best: dict[str, str] = {}
    group_of = {exercise.name: exercise.choose_one for exercise in exercises if exercise.choose_one}
    for name in possible:
        group = group_of.get(name, name)
        rival = best.get(group)
        if rival is None or (earned[name], name in tried) > (earned[rival], rival in tried):
            best[group] = name
    counted = set(best.values())
    return Score(
        earned=sum(earned[name] for name in counted),
        possible=sum(possible[name] for name in counted),
        exercises=tuple(
            ExerciseScore(exercise=name, earned=earned[name], possible=possible[name], counts=name in counted)
            for name in possible
        ),
    )
