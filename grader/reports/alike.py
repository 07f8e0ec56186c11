"""What checks of a submission say alike, and the mark of how each ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from grader.model import CheckResult, Feedback, GradedSubmission, Outcome
from grader.reports.details import told

_Value = TypeVar("_Value")
_NOT_TRIED = (Outcome.SKIPPED, Outcome.PENDING)


def shared_feedback(graded: GradedSubmission) -> Feedback | None:
    """
    Return what all checks say, as when the file could not be read or nothing is implemented yet.

    One that says its title alone has nothing to add.
    """
    tried = [check for check in graded.checks if check.outcome not in _NOT_TRIED and not is_silent(check)]
    said = {check.feedback for check in tried}
    if len(tried) < 2 or None in said:
        return None
    if len(said) == 1:
        return said.pop()
    every = [feedback for feedback in said if feedback is not None]
    compared = any(check.outcome is Outcome.FAILED for check in tried)  # then each was wrong in its own way
    if compared or len({feedback.message for feedback in every}) > 1:
        return None
    return Feedback(
        message=every[0].message,
        hint=_same(feedback.hint for feedback in every),
        misconception=_same(feedback.misconception for feedback in every),
        trace=_same(feedback.trace for feedback in every) or (),
    )


def _same(values: Iterable[_Value]) -> _Value | None:
    """Return the value that all are, or None."""
    several = set(values)
    return several.pop() if len(several) == 1 else None


def still_alike(results: Sequence[CheckResult]) -> bool:
    """Return whether all checks may turn out to say the same: none has passed, or was wrong in a way of its own."""
    tried = [check for check in results if check.outcome not in _NOT_TRIED and not is_silent(check)]
    said = {check.feedback for check in tried}
    if None in said:
        return False
    if any(check.outcome is Outcome.FAILED for check in tried):
        return len(said) == 1 and all(one is not None and one.counterexample is one.received is None for one in said)
    return len({one.message for one in said if one is not None}) <= 1


def is_silent(check: CheckResult) -> bool:
    """Return whether a check says its title alone."""
    return check.feedback is not None and told(check) is None


def mark_of(check: CheckResult, marks: Mapping[Outcome, str]) -> str:
    """Return the mark of a check: that of its outcome, or a half circle where it earned a part of its points."""
    return marks.get(check.outcome, "◐" if check.earned else "✗")
