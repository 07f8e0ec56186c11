"""
The judge: from what happened in a check to its outcome, who is to blame, whether it is tried again, and the sentence about it.

Nothing else decides any of these.  What the submission did becomes an outcome of its own; whatever else went wrong is ours, and
`ungraded`.
"""

from __future__ import annotations

import signal
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis.errors import Flaky

from grader.checks.findings import Findings
from grader.diagnosis import Mistake
from grader.errors import (
    CheckFailed,
    Crashed,
    EngineError,
    ForbiddenOperation,
    InfrastructureFault,
    MissingDefinition,
    OutOfMemory,
    StudentFault,
    StudentRaised,
    TimedOut,
    WorkerLost,
)
from grader.grading.check import Check
from grader.model import (
    Blame,
    CheckResult,
    Disclosure,
    Exercise,
    Fault,
    Feedback,
    Outcome,
    Problem,
    ProblemKind,
    Visibility,
)

MAX_TRIES = 2
"""How often a check, or a whole submission, is tried where the machine fails."""
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
_OF_PROBLEMS = {
    ProblemKind.EMPTY: Outcome.MISSING,
    ProblemKind.UNREADABLE: Outcome.RAISED,
    ProblemKind.FORBIDDEN: Outcome.FAILED,
}
_OF_A_LIMIT = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY)
_GRADER = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What is known of a check when it has ended."""

    error: BaseException | None
    """What ended it; None where nothing did."""
    exceeded: WorkerLost | None
    """Which limit was exceeded in it, by anything that the submission had started."""
    counterexample: str = ""
    output: str = ""
    findings: Findings
    wall_seconds: float
    peak_bytes: int = 0
    tries: int


def what_ended(error: BaseException | None, exceeded: WorkerLost | None) -> BaseException | None:
    """Return what counts of a check: a limit that was exceeded, above all but a fault of ours; None for a pass."""
    if exceeded is not None and (error is None or outcome_of(error) is not Outcome.UNGRADED):
        return exceeded
    return error


def is_to_be_explained(error: BaseException) -> bool:
    """Return whether a mistake of the submission is looked for: where an answer was wrong, and nothing says already why."""
    if isinstance(error, CheckFailed) and error.is_explained:
        return False
    return outcome_of(error) is Outcome.FAILED or isinstance(error, StudentFault)


def judge(check: Check, happened: Happened, mistake: Mistake | None) -> CheckResult:
    """Return the result of a check that has run; *mistake* is what explains it, where anything does."""
    error = what_ended(happened.error, happened.exceeded)
    outcome = Outcome.PASSED if error is None else outcome_of(error)
    fault = None if error is None or outcome is not Outcome.UNGRADED else fault_of(error, happened.tries)
    return _result(
        check,
        outcome=outcome,
        feedback=None if error is None else _shown(feedback_on(error, happened.counterexample, mistake), happened),
        remarks=tuple(happened.findings.remarks),
        measured=tuple(happened.findings.measured),
        figures=happened.findings.figures,
        output=happened.output,
        wall_seconds=happened.wall_seconds,
        peak_bytes=happened.peak_bytes,
        partial=0 if error is None else partial_points(error, check.points),
        fault=fault,
    )


def _shown(feedback: Feedback, happened: Happened) -> Feedback:
    """Return feedback with the picture of its question, where there is one."""
    picture = happened.findings.picture
    return replace(feedback, picture=picture) if picture and feedback.counterexample else feedback


def unusable(check: Check, problem: Problem) -> CheckResult:
    """Return the result of a check of a submission that cannot be used; nothing of it was run."""
    feedback = Feedback(message=problem.message)
    return _result(check, outcome=_OF_PROBLEMS[problem.kind], feedback=feedback, defined_at=problem.location)


def skipped(check: Check, why: str) -> CheckResult:
    """Return the result of a check that is not asked, in a sentence that says why."""
    return _result(check, outcome=Outcome.SKIPPED, feedback=Feedback(message=why))


def pending(exercise: Exercise) -> tuple[CheckResult, ...]:
    """
    Return a result for each item of the rubric of an exercise that is graded by hand: its points wait for staff.

    An item is a check that people run.  Its name has a point in it, as the name of no function has.
    """
    return tuple(
        CheckResult(
            name=f"{exercise.name}.{number}",
            title=entry.item,
            exercise=exercise.name,
            points=entry.points,
            outcome=Outcome.PENDING,
            blame=None,
            visibility=Visibility.PUBLIC,
            disclosure=Disclosure.FULL,
        )
        for number, entry in enumerate(exercise.rubric, start=1)
    )


def ungraded(check: Check, fault: Fault) -> CheckResult:
    """Return the result of a check that could not be run."""
    return _result(check, outcome=Outcome.UNGRADED, feedback=Feedback(message=_not_run(fault.text)), fault=fault)


def ungrade_doubtful(
    results: Sequence[CheckResult], *, memory_is_short: bool, kernel_killed: bool, advice: str
) -> tuple[CheckResult, ...]:
    """
    Return *results* with those ungraded that may have ended only because the machine has too little memory.

    That is what ran out of memory where the machine has less than a grading needs.  Where the kernel ended processes for the
    machine's memory, it is also what crashed: a worker that is killed so looks like one that ends itself.

    Args:
        advice: What is wrong with the machine, and what to do, as a sentence.
    """
    doubtful = {Outcome.OUT_OF_MEMORY} if memory_is_short or kernel_killed else set()
    if kernel_killed:
        doubtful.add(Outcome.CRASHED)
    fault = Fault(blame=Blame.INFRASTRUCTURE, text=advice, traceback="")
    return tuple(
        replace(
            result,
            outcome=Outcome.UNGRADED,
            blame=fault.blame,
            partial=0,
            fault=fault,
            feedback=Feedback(message=_not_run(advice)),
            defined_at=None,
        )
        if result.outcome in doubtful
        else result
        for result in results
    )


def outcome_of(error: BaseException) -> Outcome:
    """Return the outcome of a check that *error* ended; what is not a submission's doing is ungraded."""
    if isinstance(error, AssertionError) and _is_raised_by_the_grader(error):
        return Outcome.UNGRADED
    return next((outcome for kind, outcome in _OUTCOMES.items() if isinstance(error, kind)), Outcome.UNGRADED)


def _is_raised_by_the_grader(error: BaseException) -> bool:
    """Return whether an assertion is one of the grader's own, which is no verdict of a check."""
    frames = [frame for frame, _line in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and Path(frames[-1].f_code.co_filename).is_relative_to(_GRADER)


def blame_for(error: BaseException) -> Blame:
    """Return who is to blame for an error that leaves a check ungraded: the machine, or its engine of containers, or our code."""
    of_the_machine = isinstance(error, (InfrastructureFault, EngineError, MemoryError, OSError))
    return Blame.INFRASTRUCTURE if of_the_machine else Blame.HARNESS


def is_tried_again(blame: Blame, tries: int) -> bool:
    """Return whether what was tried *tries* times is tried once more: only the machine may do better, a harness fails again."""
    return blame is Blame.INFRASTRUCTURE and tries < MAX_TRIES


def fault_of(error: BaseException, tries: int) -> Fault:
    """Note an error of ours for those who fix it."""
    text = f"{type(error).__name__}: {error}"
    lines = "".join(traceback.format_exception(error))[-_MAX_TRACEBACK:]
    return Fault(blame=blame_for(error), text=text[:_MAX_TEXT], traceback=lines, tries=tries)


def fault_of_exit(code: int | None, tries: int, *, is_given_up: bool = False) -> Fault:
    """Note that the process of a grading ended without a result, or was given up since it did not end."""
    if is_given_up:
        text = "the grading took longer than all its checks may take together, and was given up"
        return Fault(blame=Blame.HARNESS, text=text, traceback="", tries=tries)
    # the kernel ends who takes the machine's last memory by this signal; what else kills so comes from outside as well
    blame = Blame.INFRASTRUCTURE if code == -signal.SIGKILL else Blame.HARNESS
    text = f"the harness ended with exit code {code} while grading"
    return Fault(blame=blame, text=text, traceback="", tries=tries)


def partial_points(error: BaseException, points: int) -> int:
    """Return the whole points that a check of *points* gives although *error* ended it; never all of them."""
    if not isinstance(error, CheckFailed) or not 0 < error.credit < 1:
        return 0
    return min(int(points * error.credit), points - 1)


def feedback_on(error: BaseException, counterexample: str, mistake: Mistake | None) -> Feedback:
    """Write the feedback on *error*; what a *mistake* says is nearer to the cause than what the check says."""
    feedback = _plain_feedback(error, counterexample or None)
    if mistake is None:
        return feedback
    feedback = replace(
        feedback,
        hint=mistake.hint or feedback.hint,
        misconception=mistake.name,
        explained_by=mistake.explained_by,
    )
    if mistake.message is None:
        return feedback
    return replace(feedback, message=mistake.message, expected=mistake.expected, received=mistake.received)


def _result(check: Check, *, outcome: Outcome, fault: Fault | None = None, **more: object) -> CheckResult:
    return CheckResult(
        name=check.name,
        title=check.title,
        exercise=check.exercise,
        points=check.points,
        outcome=outcome,
        blame=_blame(outcome, fault),
        visibility=check.visibility,
        disclosure=check.disclosure,
        fault=fault,
        **more,  # type: ignore[arg-type]
    )


def _blame(outcome: Outcome, fault: Fault | None) -> Blame | None:
    if fault is not None:
        return fault.blame
    if outcome in (Outcome.PASSED, Outcome.SKIPPED):
        return None
    return Blame.LIMIT if outcome in _OF_A_LIMIT else Blame.STUDENT


def _not_run(reason: str) -> str:
    return f"this check could not be run, through no fault of the submission: {reason}"


def _plain_feedback(error: BaseException, counterexample: str | None) -> Feedback:
    match error:
        case CheckFailed():
            return Feedback(
                message=error.message,
                counterexample=counterexample,
                expected=error.expected,
                received=error.received,
                hint=error.hint,
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
        return Feedback(message=_not_run(f"{type(error).__name__}: {error}"))
    return Feedback(message=str(error), counterexample=counterexample)
