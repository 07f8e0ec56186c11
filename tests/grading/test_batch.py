"""A class is graded as each of its submissions would be alone, whatever one of them does."""

from __future__ import annotations

import dataclasses
import functools
import gc
import os
import time
from collections.abc import Iterable
from typing import Any

import psutil
import pytest
from tiny_courses import TinyCourse, WriteCourse

from grader.attacks.traces import traces
from grader.errors import AssignmentError, SandboxFault
from grader.grading import batch
from grader.grading.grade import grade_submission, list_checks
from grader.grading.request import GradingRequest, Sides
from grader.model import Blame, GradedSubmission, Outcome, Submission, Suite
from grader.protocol import Limits
from grader.sandbox import Bubblewrap, Local

CHECKS = '''
@pytest.mark.check(points=2, exercise="squares")
@given(n=st.integers(-1000, 1000))
def test_any_number(student, n):
    """The square is right for any number."""
    expect.equal(student.square(n), n * n)

@pytest.mark.check(points=1, exercise="squares")
def test_seven(student):
    """The square of seven is right."""
    expect.equal(student.square(7), 49)
'''
CLASS = {
    "ada": "def square(n): return n * n",
    "bob": "def square(n): return n * n - (n > 321)",
    "cyd": "import os\ndef square(n): os._exit(1)",
    "dan": "def square(n):\n    while n > 900: pass\n    return n * n",
    "eve": "x = 1",
    "fay": "",
}


def class_of(course: TinyCourse, sources: dict[str, str] = CLASS) -> list[Submission]:
    """Hand in one submission for each student."""
    return [course.submission(source, name) for name, source in sources.items()]


def graded_class(course: TinyCourse, submissions: Iterable[Submission], slots: int = 2) -> dict[str, GradedSubmission]:
    """Grade a class; by student, without times."""
    results = batch.grade_all(class_request(course, slots), list(submissions))
    return {graded.submission: timeless(graded) for graded in results}


def class_request(course: TinyCourse, slots: int = 2) -> batch.ClassRequest:
    """Return how a class is graded here."""
    return batch.ClassRequest(
        grading=course.request(seed="8"),
        submission_sandbox=functools.partial(Bubblewrap, ("numpy",)),
        reference_sandbox=functools.partial(Local, ("numpy",)),
        slots=slots,
    )


def timeless(graded: GradedSubmission) -> GradedSubmission:
    """Return a result without its times."""
    checks = tuple(dataclasses.replace(check, wall_seconds=0.0, peak_bytes=0) for check in graded.checks)
    return dataclasses.replace(graded, checks=checks, graded_at="")


def children() -> set[int]:
    """Return the processes that this one has started."""
    return {process.pid for process in psutil.Process().children()}


@pytest.mark.slow
@pytest.mark.parametrize("slots", [1, 3], ids=["one-at-a-time", "three-at-a-time"])
def test_a_class_is_graded_as_each_alone(tiny_course: WriteCourse, slots: int) -> None:
    """Every submission gets the result that a grading of its own gives it."""
    course = tiny_course(CHECKS, settings="[limits]\nrequest_seconds = 0.3\n")
    submissions = class_of(course)
    together = graded_class(course, submissions, slots)

    assert together.keys() == CLASS.keys()
    for submission in submissions:
        alone = grade_submission(course.request(seed="8"), submission, course.sides)
        assert together[submission.name] == timeless(alone)
    assert {name: graded.score.earned for name, graded in together.items()} == {
        "ada": 3,
        "bob": 1,
        "cyd": 0,
        "dan": 1,
        "eve": 0,
        "fay": 0,
    }


def test_no_class_is_no_work(tiny_course: WriteCourse) -> None:
    """Without submissions there are no results and no error."""
    assert graded_class(tiny_course(CHECKS), []) == {}


def test_nothing_is_left_of_a_class(tiny_course: WriteCourse) -> None:
    """After the last result no process and no file handle of a class remains."""
    course = tiny_course(CHECKS, settings="[limits]\nrequest_seconds = 0.3\n")
    submissions = class_of(course)
    graded_class(course, submissions[:1])
    gc.collect()  # what other tests still hold must not be what is closed meanwhile
    before, opened = children(), traces().descriptors
    graded_class(course, submissions)
    gc.collect()

    assert children() == before
    assert traces().descriptors - opened == set()


def test_a_class_may_be_left_early(tiny_course: WriteCourse) -> None:
    """Who stops reading results leaves no grading running."""
    course = tiny_course(CHECKS, settings="[limits]\nrequest_seconds = 0.3\n")
    before = children()
    results = batch.grade_all(class_request(course), class_of(course))
    next(results)
    results.close()  # type: ignore[attr-defined]

    assert children() == before


def test_a_harness_that_dies_takes_down_one_grading(tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a fork of the harness ends, its submission is ungraded check by check, and the others are graded."""
    course = tiny_course(CHECKS)

    def fragile(request: GradingRequest, submission: Submission, sides: Sides) -> GradedSubmission:
        if submission.name == "bob":
            os._exit(3)
        return grade_submission(request, submission, sides)

    monkeypatch.setattr(batch, "grade_submission", fragile)
    graded = graded_class(course, class_of(course, dict.fromkeys(("ada", "bob", "cyd", "dan"), CLASS["ada"])))

    assert {name: one.score.earned for name, one in graded.items()} == {"ada": 3, "bob": 0, "cyd": 3, "dan": 3}
    assert graded["bob"].ungraded
    assert [check.outcome for check in graded["bob"].checks] == [Outcome.UNGRADED] * 2
    for check in graded["bob"].checks:
        assert check.feedback is not None
        assert check.feedback.message.endswith("the harness ended with exit code 3 while grading")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(SandboxFault("no room left"), "no room left", id="a-fault-of-ours"),
        pytest.param(ZeroDivisionError("bug"), "ZeroDivisionError: bug", id="a-bug-of-ours"),
    ],
)
def test_an_error_of_the_harness_is_reported(
    tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    """An error that ends a grading is the reason why its checks are ungraded."""
    course = tiny_course(CHECKS)

    def failing(*_args: Any, **_kwargs: Any) -> GradedSubmission:
        raise error

    monkeypatch.setattr(batch, "grade_submission", failing)
    graded = graded_class(course, class_of(course, {"ada": CLASS["ada"]}))["ada"]

    assert graded.ungraded
    assert graded.checks[0].feedback is not None
    assert graded.checks[0].feedback.message.endswith(reason)


def test_broken_checks_stop_a_class_before_it_begins(tiny_course: WriteCourse) -> None:
    """A check that is marked wrongly is found before the first submission is graded."""
    course = tiny_course(CHECKS.replace("points=2", "points=0"))

    with pytest.raises(AssignmentError, match="points must be a whole number above 0, got 0"):
        graded_class(course, class_of(course))


def test_a_process_that_has_used_torch_can_grade_a_class(tiny_course: WriteCourse) -> None:
    """OpenMP's threads do not survive a fork, so a harness that compares large tensors must not wait for them."""
    import torch

    torch.set_num_threads(2)
    (torch.rand(600, 600) @ torch.rand(600, 600)).exp().sum()  # starts them
    check = '''
    @pytest.mark.check(points=1, exercise="squares")
    def test_large(student):
        """Large tensors are compared."""
        import torch
        large = torch.rand(600, 600)
        expect.that(bool(((large @ large).clone().exp() > 0).all()) and student.square(2) == 4, "they are not")
    '''
    course = tiny_course(check)
    graded = graded_class(course, class_of(course, {"ada": "def square(n): return n * n"}))

    assert graded["ada"].score.earned == 1


def test_a_harness_that_hangs_is_given_up(tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A grading that does not end for too long is ended and ungraded, and the rest of the class is graded."""
    course = tiny_course(CHECKS)

    def hanging(request: GradingRequest, submission: Submission, sides: Sides) -> GradedSubmission:
        while submission.name == "bob":
            time.sleep(1)
        return grade_submission(request, submission, sides)

    monkeypatch.setattr(batch, "grade_submission", hanging)
    monkeypatch.setattr(batch, "_patience_seconds", lambda _limits, _checks: 10.0)
    graded = graded_class(course, class_of(course, dict.fromkeys(("ada", "bob", "cyd"), CLASS["ada"])))

    assert {name: (one.ungraded, one.score.earned) for name, one in graded.items()} == {
        "ada": (False, 3),
        "bob": (True, 0),
        "cyd": (False, 3),
    }
    faults = {(check.blame, check.fault.tries, check.fault.text) for check in graded["bob"].checks if check.fault}
    text = "the grading took longer than all its checks may take together, and was given up"
    assert faults == {(Blame.HARNESS, 1, text)}  # a hang of ours would hang again


def test_no_grading_is_given_up_within_its_limits(tiny_course: WriteCourse) -> None:
    """Patience is above all that the checks of one grading may take, each tried twice, whatever they set for themselves."""
    (check, *_others) = list_checks(tiny_course(CHECKS).assignment, Suite.ALL)
    many = [dataclasses.replace(check, seconds=90.0)] * 22

    assert batch._patience_seconds(Limits(), many) > 2 * 22 * 90
    assert batch._patience_seconds(Limits(seconds_factor=2.0), many) > 2 * 22 * 180 - 1
    assert batch._patience_seconds(Limits(submission_seconds=100.0), many) < 2 * 22 * 90


@pytest.mark.parametrize(
    ("there", "cores", "shares"),
    [
        ([0, 1, 2, 3], 1, [{0}, {1}, {2}, {3}]),
        ([0, 1, 2, 3], 2, [{0, 1}, {2, 3}]),
        ([4, 5, 6], 2, [{4, 5}]),
        ([3], 1, [{3}]),
    ],
)
def test_processors_are_shared_out(
    monkeypatch: pytest.MonkeyPatch, there: list[int], cores: int, shares: list[set[int]]
) -> None:
    """Each grading has its own processors, as many as it is given; what is left over stays free."""
    monkeypatch.setattr(batch, "processors", lambda: there)

    assert batch._shares(cores) == shares


def test_a_grading_runs_on_the_processors_of_its_slot(tiny_course: WriteCourse) -> None:
    """Worker and harness of a grading see as many processors as it is given."""
    check = """
    @pytest.mark.check(points=1, exercise="squares")
    def test_processors(student):
        \"\"\"One processor each.\"\"\"
        import os
        expect.equal((student.square(0), len(os.sched_getaffinity(0))), (1, 1))
    """
    course = tiny_course(check)
    source = "import os\ndef square(n): return len(os.sched_getaffinity(0))"

    assert graded_class(course, class_of(course, {"ada": source}))["ada"].score.earned == 1
