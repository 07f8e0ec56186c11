"""Whose fault it is, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis.errors import Flaky

from grader import errors
from grader.checks.findings import Findings
from grader.diagnosis.misconceptions import Misconception
from grader.diagnosis.mistake import Mistake
from grader.grading import verdict
from grader.grading.check import Check
from grader.model import Blame, CheckResult, Disclosure, Feedback, Outcome, Problem, ProblemKind, Visibility

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
    assert {case.values[1] for case in CASES} == set(Outcome) - {Outcome.PASSED, Outcome.PENDING}


def test_without_a_question_there_is_no_counterexample() -> None:
    """A check that fails before it asks anything shows no counterexample."""
    assert verdict.feedback_on(FAILED, "", None).counterexample is None


def test_a_known_mistake_replaces_the_hint() -> None:
    """The hint of a misconception goes before the check's own; everything else stays."""
    mistake = Misconception(name="rounds_up", replaces="f", title="t", hint="round down", implementation=abs, source="")
    feedback = verdict.feedback_on(RAISED, "f(1)", mistake.mistake)

    assert feedback == Feedback(
        message="your code raised KeyError: 'x'",
        counterexample="f(1)",
        hint="round down",
        misconception="rounds_up",
        trace=("a.py, line 3",),
    )


def test_a_mistake_may_say_what_is_wrong_nearer_to_the_cause() -> None:
    """The sentence of a mistake goes before the check's, and expected and received with it; the counterexample stays."""
    mistake = Mistake(name="no_step", message="it takes no step", expected="4 steps", hint="who changes the weights?")
    feedback = verdict.feedback_on(FAILED, "f(1)", mistake)

    assert feedback == Feedback(
        message="it takes no step",
        counterexample="f(1)",
        expected="4 steps",
        hint="who changes the weights?",
        misconception="no_step",
    )


CHECK = Check(
    name="any",
    title="Any.",
    exercise="e",
    points=3,
    visibility=Visibility.PUBLIC,
    disclosure=Disclosure.FULL,
    seconds=None,
    file=Path("test_any.py"),
)
MEMORY = errors.OutOfMemory(2**30)


def judged(error: BaseException | None, exceeded: errors.WorkerLost | None = None) -> CheckResult:
    """Judge a check that ended so."""
    happened = verdict.Happened(
        error=error, exceeded=exceeded, findings=Findings(), wall_seconds=0.5, tries=1, output="printed"
    )
    return verdict.judge(CHECK, happened, None)


@pytest.mark.parametrize(
    ("error", "exceeded", "outcome", "blame"),
    [
        pytest.param(None, None, Outcome.PASSED, None, id="passed"),
        pytest.param(FAILED, None, Outcome.FAILED, Blame.STUDENT, id="failed"),
        pytest.param(errors.Crashed("it ended"), None, Outcome.CRASHED, Blame.STUDENT, id="crashed"),
        pytest.param(errors.TimedOut(1, "check"), None, Outcome.TIMED_OUT, Blame.LIMIT, id="timed-out"),
        pytest.param(None, MEMORY, Outcome.OUT_OF_MEMORY, Blame.LIMIT, id="passed-beyond-a-limit"),
        pytest.param(FAILED, MEMORY, Outcome.OUT_OF_MEMORY, Blame.LIMIT, id="failed-beyond-a-limit"),
        pytest.param(KeyError("x"), MEMORY, Outcome.UNGRADED, Blame.HARNESS, id="a-fault-of-ours-first"),
        pytest.param(OSError("full"), None, Outcome.UNGRADED, Blame.INFRASTRUCTURE, id="machine"),
        pytest.param(pytest.skip.Exception("no"), None, Outcome.SKIPPED, None, id="skipped"),
    ],
)
def test_outcome_and_blame_are_decided_together(
    error: BaseException | None, exceeded: errors.WorkerLost | None, outcome: Outcome, blame: Blame | None
) -> None:
    """A limit that was exceeded goes before what the check found, a fault of ours before both."""
    result = judged(error, exceeded)

    assert (result.outcome, result.blame, result.output) == (outcome, blame, "printed")
    assert result.earned == (3 if outcome is Outcome.PASSED else 0)
    assert (result.fault is not None) == (outcome is Outcome.UNGRADED)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (ProblemKind.EMPTY, Outcome.MISSING),
        (ProblemKind.UNREADABLE, Outcome.RAISED),
        (ProblemKind.FORBIDDEN, Outcome.FAILED),
    ],
)
def test_a_submission_that_cannot_be_used_has_one_outcome(kind: ProblemKind, outcome: Outcome) -> None:
    """What reading found is told in every check, with the student to blame."""
    result = verdict.unusable(CHECK, Problem(kind=kind, message="line 3: oops"))

    assert (result.outcome, result.blame, result.feedback) == (
        outcome,
        Blame.STUDENT,
        Feedback(message="line 3: oops"),
    )


@pytest.mark.parametrize(
    ("code", "blame"), [(3, Blame.HARNESS), (-11, Blame.HARNESS), (-9, Blame.INFRASTRUCTURE), (None, Blame.HARNESS)]
)
def test_a_harness_that_died_is_a_fault(code: int | None, blame: Blame) -> None:
    """Only a kill from outside is the machine's."""
    fault = verdict.fault_of_exit(code, 2)

    assert (fault.blame, fault.tries) == (blame, 2)
    assert fault.text == f"the harness ended with exit code {code} while grading"


@pytest.mark.parametrize(
    ("short", "killed", "doubted"),
    [(False, False, ()), (True, False, (MEMORY,)), (False, True, ("crash", MEMORY))],
    ids=["room-enough", "little-memory", "killed"],
)
def test_what_a_small_machine_may_have_ended_is_ungraded(
    short: bool, killed: bool, doubted: tuple[object, ...]
) -> None:
    """Out of memory is in doubt on a machine with too little, a crash where the kernel has killed; nothing else is."""
    ends: dict[object, BaseException | None] = {
        "passed": None,
        "wrong": FAILED,
        "crash": errors.Crashed("it ended"),
        MEMORY: MEMORY,
    }
    before = [judged(error) for error in ends.values()]
    after = verdict.ungrade_doubtful(before, memory_is_short=short, kernel_killed=killed, advice="too small")

    for name, one, other in zip(ends, before, after, strict=True):
        if name not in doubted:
            assert other == one
            continue
        assert (other.outcome, other.blame, other.earned) == (Outcome.UNGRADED, Blame.INFRASTRUCTURE, 0)
        assert other.feedback == Feedback(message=BLAME + "too small")
