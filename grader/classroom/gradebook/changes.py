"""What a later grading of the same work has changed: its points, and the checks that gave other ones."""

from __future__ import annotations

from collections.abc import Iterator

from grader.listed import listed
from grader.model import CheckResult, GradedSubmission, Outcome

_MAX_NAMED = 5


def changed(before: GradedSubmission, after: GradedSubmission) -> str:
    """Return old and new points and the checks behind them, in a few words; empty where the score is the same."""
    old, new = _score(before), _score(after)
    if old == new and before.score.possible == after.score.possible:
        return ""
    if before.score.possible != after.score.possible:
        old, new = f"{old} of {before.score.possible}", f"{new} of {after.score.possible}"
        points = f"{old} → {new}"
    else:
        points = f"{old} → {new} of {after.score.possible}"
    checks = listed(list(_checks(before, after)), _MAX_NAMED)
    return f"{points}: {checks}" if checks else points


def _score(graded: GradedSubmission) -> str:
    return "ungraded" if graded.ungraded else str(graded.score.earned)


def _checks(before: GradedSubmission, after: GradedSubmission) -> Iterator[str]:
    """Say of each check that gives other points, or that one of the two gradings does not have, what became of it."""
    old, new = ({check.name: check for check in graded.checks} for graded in (before, after))
    for name, check in new.items():
        if name not in old:
            yield f"{name} is new, {_points(check)} of {check.points}"
        elif (_points(old[name]), old[name].points) != (_points(check), check.points):
            worth = "" if old[name].points == check.points else f" of {check.points}, which were {old[name].points}"
            yield f"{name} {_points(old[name])} → {_points(check)}{worth}"
    yield from (f"{name} is gone" for name in old if name not in new)


def _points(check: CheckResult) -> str:
    return check.outcome.value if check.outcome in (Outcome.UNGRADED, Outcome.PENDING) else str(check.earned)
