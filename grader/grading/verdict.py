"""
From what ended a check to its outcome, the feedback for it, and whether the machine or our own code is to blame.

What the submission did becomes an outcome of its own; whatever else went wrong is ours, and `ungraded`.
"""

from __future__ import annotations

import traceback

import pytest
from hypothesis.errors import Flaky

from grader.diagnosis.misconceptions import Mistake
from grader.errors import (
    CheckFailed,
    Crashed,
    EngineError,
    ForbiddenOperation,
    InfrastructureFault,
    MissingDefinition,
    OutOfMemory,
    StudentRaised,
    TimedOut,
)
from grader.model import Blame, Fault, Feedback, Outcome

_MAX_TEXT, _MAX_TRACEBACK = 4_000, 40_000

_OUTCOMES: dict[type[BaseException], Outcome] = {
    CheckFailed: Outcome.FAILED,
    AssertionError: Outcome.FAILED,  # a plain assert in an instructor's check
    ForbiddenOperation: Outcome.FAILED,
    Flaky: Outcome.FAILED,
    StudentRaised: Outcome.RAISED,
    MissingDefinition: Outcome.MISSING,
    TimedOut: Outcome.TIMED_OUT,
    OutOfMemory: Outcome.OUT_OF_MEMORY,
    Crashed: Outcome.CRASHED,
    pytest.skip.Exception: Outcome.SKIPPED,
}


def outcome_of(error: BaseException) -> Outcome:
    """Return the outcome of a check that *error* ended; what is not a submission's doing is ungraded."""
    return next((outcome for kind, outcome in _OUTCOMES.items() if isinstance(error, kind)), Outcome.UNGRADED)


def is_of_the_machine(error: BaseException) -> bool:
    """Return whether the machine failed, or the engine of containers on it: then a check is tried again, and nobody is blamed."""
    return isinstance(error, (InfrastructureFault, EngineError, MemoryError, OSError))


def blame_for(error: BaseException) -> Blame:
    """Return who is to blame for an error that leaves a check ungraded: the machine for what it lacks, or our code."""
    return Blame.INFRASTRUCTURE if is_of_the_machine(error) else Blame.HARNESS


def fault_of(error: BaseException, tries: int) -> Fault:
    """Note an error of ours for whoever mends it."""
    text = f"{type(error).__name__}: {error}"
    lines = "".join(traceback.format_exception(error))[-_MAX_TRACEBACK:]
    return Fault(blame=blame_for(error), text=text[:_MAX_TEXT], traceback=lines, tries=tries)


def partial_points(error: BaseException, points: int) -> int:
    """Return the whole points that a check of *points* gives although *error* ended it; never all of them."""
    if not isinstance(error, CheckFailed) or not 0 < error.credit < 1:
        return 0
    return min(int(points * error.credit), points - 1)


def feedback_on(error: BaseException, counterexample: str, mistake: Mistake | None) -> Feedback:
    """Write the feedback on *error*; a known *mistake* replaces the check's own hint."""
    feedback = _plain_feedback(error, counterexample or None)
    if mistake is None:
        return feedback
    return Feedback(
        message=feedback.message,
        counterexample=feedback.counterexample,
        expected=feedback.expected,
        received=feedback.received,
        hint=mistake.hint,
        misconception=mistake.name,
        trace=feedback.trace,
    )


def _plain_feedback(error: BaseException, counterexample: str | None) -> Feedback:
    match error:
        case CheckFailed():
            return Feedback(
                message=error.message,
                counterexample=counterexample,
                expected=error.expected,
                received=error.received,
                hint=error.hint,
                misconception=error.mistake,
            )
        case StudentRaised(while_loading=True):
            return Feedback(message=f"your file could not be imported: {error}", trace=error.trace)
        case StudentRaised() if "NotImplementedError" in error.type_names:
            message = "this is not implemented yet (NotImplementedError)"
            return Feedback(message=message, counterexample=counterexample, trace=error.trace)
        case StudentRaised():
            return Feedback(message=f"your code raised {error}", counterexample=counterexample, trace=error.trace)
        case Flaky():
            message = "your code answers the same question differently when it is asked again"
            return Feedback(message=message, counterexample=counterexample)
        case AssertionError():
            return Feedback(message=str(error) or "the answer is wrong", counterexample=counterexample)
        case TimedOut():
            hint = "is there a loop that never ends?"
            return Feedback(message=str(error), counterexample=counterexample, hint=hint)
    if outcome_of(error) is Outcome.UNGRADED:
        reason = f"{type(error).__name__}: {error}"
        return Feedback(message=f"this check could not be run, through no fault of the submission: {reason}")
    return Feedback(message=str(error), counterexample=counterexample)
