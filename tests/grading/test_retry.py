"""What the machine does to a grading is tried again; what a submission does never is."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from processes import processes_below
from tiny_courses import CHOICE, RIGHT, TinyCourse, WriteCourse

from grader.errors import SandboxFault
from grader.grading.grade import grade_submission
from grader.grading.request import Sides
from grader.model import Blame, Outcome
from grader.sandbox import Bubblewrap

CHECKS = '''
@pytest.mark.check(points=2, exercise="squares")
def test_three(student):
    """The square of 3 is 9."""
    expect.equal(student.square(3), 9)

@pytest.mark.check(points=1, exercise="squares")
def test_two(student):
    """The square of 2 is 4."""
    expect.equal(student.square(2), 4)
'''


class Failing(Bubblewrap):
    """A sandbox whose first workers cannot be started."""

    def __init__(self, failures: int) -> None:
        super().__init__(("torch",))
        self.failures = failures
        self.renewed = 0

    def worker(self, *args: Any, **kwargs: Any) -> Any:
        """Fail as often as was asked for."""
        if self.failures:
            self.failures -= 1
            raise SandboxFault("no room for another process")
        return super().worker(*args, **kwargs)

    def renew(self) -> None:
        """Count how often it is started anew."""
        self.renewed += 1
        super().renew()


class LosesSupervisors(Failing):
    """A sandbox whose first supervisors are killed once their workers have answered."""

    def __init__(self, failures: int, patch: pytest.MonkeyPatch) -> None:
        super().__init__(failures)
        self.patch = patch

    def worker(self, *args: Any, **kwargs: Any) -> Any:
        """Let a supervisor be gone by the time its worker is to end, as often as was asked for."""
        worker = Bubblewrap.worker(self, *args, **kwargs)
        if not self.failures:
            return worker
        self.failures -= 1
        supervisor = processes_below(self)[-2]
        end = worker.end

        def end_without_supervisor() -> Any:
            with contextlib.suppress(ProcessLookupError):
                os.kill(supervisor, signal.SIGKILL)
            return end()

        self.patch.setattr(worker, "end", end_without_supervisor)
        return worker


def graded_in(course: TinyCourse, sandbox: Bubblewrap, source: str = RIGHT) -> Any:
    """Grade a tiny course in that sandbox."""
    sides = Sides(submission=sandbox, reference=course.reference_sandbox)
    with sandbox:
        return grade_submission(course.request(), course.submission(source), sides)


def test_a_fault_of_the_machine_is_tried_once_more(tiny_course: WriteCourse) -> None:
    """One failure costs nothing: the sandbox is started anew and the check asked again."""
    sandbox = Failing(1)
    graded = graded_in(tiny_course(CHECKS), sandbox)

    assert [check.outcome for check in graded.checks] == [Outcome.PASSED, Outcome.PASSED]
    assert sandbox.renewed == 1


PROPERTY = '''
@pytest.mark.check(points=3, exercise="squares")
@given(n=st.integers(-1000, 1000))
def test_any_number(student, n):
    """The square is right for any number."""
    expect.equal(student.square(n), n * n)
'''


def test_a_fault_in_a_property_is_no_counterexample(tiny_course: WriteCourse) -> None:
    """What the machine does to one case is not shrunk, nor told as an answer that changes: the property is asked again."""
    sandbox = Failing(1)
    (check,) = graded_in(tiny_course(PROPERTY), sandbox).checks

    assert (check.outcome, check.earned, sandbox.renewed) == (Outcome.PASSED, 3, 1)
    (check,) = graded_in(tiny_course(PROPERTY), Failing(2)).checks
    assert (check.outcome, check.blame) == (Outcome.UNGRADED, Blame.INFRASTRUCTURE)


CUBES = CHECKS.replace("points=1", "points=2").replace('squares")\ndef test_two', 'cubes")\ndef test_two')


def test_a_fault_while_the_chosen_exercise_is_looked_for(tiny_course: WriteCourse) -> None:
    """Which of several exercises is there is looked up again; where that fails too, one check is ungraded and no more."""
    course = tiny_course(CUBES, settings=CHOICE)

    once, twice = (graded_in(course, Failing(failures)).checks for failures in (1, 2))

    assert [check.outcome for check in once] == [Outcome.PASSED, Outcome.SKIPPED]
    assert [check.outcome for check in twice] == [Outcome.UNGRADED, Outcome.SKIPPED]
    assert (twice[0].blame, twice[0].fault.tries) == (Blame.INFRASTRUCTURE, 2)


def test_a_fault_that_stays_is_ungraded(tiny_course: WriteCourse) -> None:
    """After the second failure the check is ungraded, with the machine to blame, and the next check is asked as ever."""
    graded = graded_in(tiny_course(CHECKS), Failing(2))

    first, second = graded.checks
    assert (first.outcome, first.blame, second.outcome) == (Outcome.UNGRADED, Blame.INFRASTRUCTURE, Outcome.PASSED)
    assert first.fault is not None
    assert (first.fault.text, first.fault.tries) == ("SandboxFault: no room for another process", 2)
    assert "no room for another process" in first.fault.traceback


def test_a_fault_at_the_end_of_a_worker_is_tried_once_more(
    tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that has answered and whose end nobody reports has not passed yet: the check is asked again, and passes."""
    sandbox = LosesSupervisors(1, monkeypatch)
    graded = graded_in(tiny_course(CHECKS), sandbox)

    assert [check.outcome for check in graded.checks] == [Outcome.PASSED, Outcome.PASSED]
    assert sandbox.renewed == 1


def test_a_fault_at_the_end_that_stays_is_ungraded(tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the second such end the check is ungraded, with the machine to blame."""
    first, second = graded_in(tiny_course(CHECKS), LosesSupervisors(2, monkeypatch)).checks

    assert (first.outcome, first.blame, second.outcome) == (Outcome.UNGRADED, Blame.INFRASTRUCTURE, Outcome.PASSED)
    assert first.fault is not None
    assert first.fault.tries == 2
    assert "the supervisor of a worker has gone" in first.fault.text


def test_a_warm_parent_that_was_killed_is_started_anew(tiny_course: WriteCourse) -> None:
    """Killing what workers come from, as a machine short of memory does, costs no check."""
    course = tiny_course(CHECKS)
    with Bubblewrap(("torch",)) as sandbox:
        sides = Sides(submission=sandbox, reference=course.reference_sandbox)
        first = grade_submission(course.request(), course.submission(RIGHT), sides)
        assert sandbox._process is not None
        os.kill(sandbox._process.pid, signal.SIGKILL)
        sandbox._process.wait()
        assert sandbox.has_ended()
        again = grade_submission(course.request(), course.submission(RIGHT), sides)

    assert first.score == again.score
    assert again.score.earned == 3


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("import os\ndef square(n): os._exit(0)\n", id="exits"),
        pytest.param("def square(n):\n    while True: pass\n", id="hangs"),
        pytest.param("def square(n): return -1\n", id="wrong"),
    ],
)
def test_what_a_submission_does_is_never_tried_again(tiny_course: WriteCourse, tmp_path: Path, source: str) -> None:
    """A crash, a hang or a wrong answer stands as it is."""
    sandbox = Failing(0)
    graded = graded_in(tiny_course(CHECKS, settings="[limits]\nrequest_seconds = 0.3\n"), sandbox, source)

    assert sandbox.renewed == 0
    assert graded.score.earned == 0
    assert not graded.ungraded


def test_where_nothing_tells_what_is_chosen_every_check_is_ungraded(tiny_course: WriteCourse) -> None:
    """A sandbox that cannot be started anew either costs no point, and ends no grading."""

    class Gone(Failing):
        def renew(self) -> None:
            raise SandboxFault("the engine has gone")

    graded = graded_in(tiny_course(CUBES, settings=CHOICE), Gone(9))

    assert [(check.outcome, check.blame) for check in graded.checks] == [
        (Outcome.UNGRADED, Blame.INFRASTRUCTURE),
        (Outcome.UNGRADED, Blame.INFRASTRUCTURE),
    ]
