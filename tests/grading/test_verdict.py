"""Whose fault it is, and what is said about it."""

from __future__ import annotations

import pytest
from hypothesis.errors import Flaky

from grader import errors
from grader.diagnosis.misconceptions import Misconception
from grader.grading import verdict
from grader.model import Feedback, Outcome

FAILED = errors.CheckFailed("it is wrong", expected="5", received="4", hint="count")
RAISED = errors.StudentRaised(("KeyError", "LookupError"), "'x'", ("a.py, line 3",))
NOT_YET = errors.StudentRaised(("NotImplementedError", "RuntimeError"), "", ("a.py, line 1",))
UNLOADABLE = errors.StudentRaised(("ImportError",), "no", ("a.py, line 2",), while_loading=True)
BLAME = "this check could not be run, through no fault of the submission: "

CASES = [
    pytest.param(
        FAILED,
        Outcome.FAILED,
        Feedback(message="it is wrong", counterexample="f(1)", expected="5", received="4", hint="count"),
        id="compared-and-wrong",
    ),
    pytest.param(
        AssertionError("not so"), Outcome.FAILED, Feedback(message="not so", counterexample="f(1)"), id="plain-assert"
    ),
    pytest.param(
        AssertionError(),
        Outcome.FAILED,
        Feedback(message="the answer is wrong", counterexample="f(1)"),
        id="bare-assert",
    ),
    pytest.param(
        errors.ForbiddenOperation("convolution"),
        Outcome.FAILED,
        Feedback(message="`convolution` may not be used in this exercise: write it yourself", counterexample="f(1)"),
        id="forbidden",
    ),
    pytest.param(
        Flaky("x"),
        Outcome.FAILED,
        Feedback(
            message="your code answers the same question differently when it is asked again", counterexample="f(1)"
        ),
        id="flaky",
    ),
    pytest.param(
        RAISED,
        Outcome.RAISED,
        Feedback(message="your code raised KeyError: 'x'", counterexample="f(1)", trace=("a.py, line 3",)),
        id="raised",
    ),
    pytest.param(
        NOT_YET,
        Outcome.RAISED,
        Feedback(
            message="this is not implemented yet (NotImplementedError)", counterexample="f(1)", trace=("a.py, line 1",)
        ),
        id="not-implemented",
    ),
    pytest.param(
        UNLOADABLE,
        Outcome.RAISED,
        Feedback(message="your file could not be imported: ImportError: no", trace=("a.py, line 2",)),
        id="not-importable",
    ),
    pytest.param(
        errors.MissingDefinition("g", None),
        Outcome.MISSING,
        Feedback(message="your submission does not define `g`", counterexample="f(1)"),
        id="missing",
    ),
    pytest.param(
        errors.TimedOut(2.5, "request"),
        Outcome.TIMED_OUT,
        Feedback(
            message="your code was stopped: one call took longer than 2.5 s",
            counterexample="f(1)",
            hint="is there a loop that never ends?",
        ),
        id="timed-out",
    ),
    pytest.param(
        errors.OutOfMemory(2**30),
        Outcome.OUT_OF_MEMORY,
        Feedback(message="your code needed more memory than the limit of 1,024 MiB", counterexample="f(1)"),
        id="out-of-memory",
    ),
    pytest.param(
        errors.Crashed("it ended"),
        Outcome.CRASHED,
        Feedback(message="it ended", counterexample="f(1)"),
        id="crashed",
    ),
    pytest.param(
        errors.SandboxFault("no luck"),
        Outcome.UNGRADED,
        Feedback(message=BLAME + "SandboxFault: no luck"),
        id="sandbox-fault",
    ),
    pytest.param(
        errors.ProtocolError("odd"), Outcome.UNGRADED, Feedback(message=BLAME + "ProtocolError: odd"), id="protocol"
    ),
    pytest.param(
        ZeroDivisionError("division by zero"),
        Outcome.UNGRADED,
        Feedback(message=BLAME + "ZeroDivisionError: division by zero"),
        id="mistake-in-a-check",
    ),
    pytest.param(
        pytest.skip.Exception("not chosen"),
        Outcome.SKIPPED,
        Feedback(message="not chosen", counterexample="f(1)"),
        id="skipped-by-the-check",
    ),
    pytest.param(SystemExit(1), Outcome.UNGRADED, Feedback(message=BLAME + "SystemExit: 1"), id="exit-in-a-check"),
]


@pytest.mark.parametrize(("error", "outcome", "feedback"), CASES)
def test_every_end_of_a_check_has_its_outcome(error: BaseException, outcome: Outcome, feedback: Feedback) -> None:
    """What the submission did has an outcome and words of its own; everything else is ours and ungraded."""
    assert verdict.outcome_of(error) is outcome
    assert verdict.feedback_on(error, "f(1)", None) == feedback


def test_every_outcome_of_a_check_is_reached() -> None:
    """Each outcome that an error can have is covered above."""
    assert {case.values[1] for case in CASES} == set(Outcome) - {Outcome.PASSED}


def test_without_a_question_there_is_no_counterexample() -> None:
    """A check that fails before it asks anything shows no counterexample."""
    assert verdict.feedback_on(FAILED, "", None).counterexample is None


def test_a_known_mistake_replaces_the_hint() -> None:
    """The hint of a misconception goes before the check's own; everything else stays."""
    mistake = Misconception(name="rounds_up", replaces="f", title="t", hint="round down", implementation=abs)
    feedback = verdict.feedback_on(RAISED, "f(1)", mistake)

    assert feedback == Feedback(
        message="your code raised KeyError: 'x'",
        counterexample="f(1)",
        hint="round down",
        misconception="rounds_up",
        trace=("a.py, line 3",),
    )
