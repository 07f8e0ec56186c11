"""Which container an assignment fits into, and what its limits become there."""

from __future__ import annotations

from dataclasses import replace

import pytest
import results as made

from grader.gradescope import container
from grader.gradescope.container import CONTAINERS, HARNESS_BYTES, Container, limits_in, smallest_for, without_doubt
from grader.model import Blame, Exercise, Feedback, GradedSubmission, Needs, Outcome
from grader.protocol import Limits
from grader.sandbox import Quota

MIB, GIB = 1024**2, 1024**3
SMALLEST = CONTAINERS[0]

EITHER = tuple(replace(exercise, choose_one="either") for exercise in made.TWO_EXERCISES)
ASSIGNMENT = made.addition(*made.TWO_EXERCISES)


def test_what_gradescope_offers() -> None:
    """From 0.5 CPU and 0.75 GB to 4 CPU and 6 GB."""
    assert list(map(str, CONTAINERS)) == [
        "0.5 CPU, 0.75 GB RAM",
        "1 CPU, 1.5 GB RAM",
        "2 CPU, 3 GB RAM",
        "4 CPU, 6 GB RAM",
    ]


@pytest.mark.parametrize(
    ("needs", "limit_bytes", "chosen"),
    [
        (300 * MIB, 2 * GIB, CONTAINERS[0]),
        (900 * MIB, 2 * GIB, CONTAINERS[1]),
        (None, 256 * MIB, CONTAINERS[0]),
        (None, 2 * GIB, CONTAINERS[2]),
        (None, 5 * GIB, CONTAINERS[3]),
        (7 * GIB, 2 * GIB, None),
    ],
)
def test_the_smallest_that_fits(needs: int | None, limit_bytes: int, chosen: Container | None) -> None:
    """As measured, or else as much as the limits let a worker take beside the harness."""
    assignment = replace(
        ASSIGNMENT,
        needs=None if needs is None else Needs(memory_bytes=needs),
        limits=Limits(memory_bytes=limit_bytes),
    )

    assert smallest_for(assignment) == chosen


@pytest.mark.parametrize(
    ("seconds", "of", "minutes"), [((60,), 1, 5), ((60, 120), 1, 10), ((120,), 0, 20), ((1.0,), 3, 1), ((), 0, 0)]
)
def test_the_timeout_gives_every_check_its_time(seconds: tuple[float, ...], of: int, minutes: int) -> None:
    """Twice as long on half a processor; no shorter on several."""
    assert container.needed_minutes(seconds, CONTAINERS[of]) == minutes


def test_limits_in_the_smallest_container() -> None:
    """Time doubles, within the timeout; memory is what the harness leaves."""
    limits = limits_in(Limits(), SMALLEST.quota, minutes=40)

    assert (limits.request_seconds, limits.check_seconds, limits.seconds_factor) == (20, 120, 2)
    assert (limits.longest_seconds, limits.submission_seconds) == (480, 1680)
    assert limits.memory_bytes == 768 * MIB - HARNESS_BYTES
    short = limits_in(Limits(), SMALLEST.quota, minutes=1)
    assert (short.longest_seconds, short.check_seconds, short.request_seconds) == (12, 12, 12)


def test_limits_are_the_assignments_where_there_is_enough() -> None:
    """Nothing is made longer or larger than asked for; where nothing limits the memory, the assignment does."""
    large = limits_in(Limits(), CONTAINERS[3].quota, minutes=1000)
    open_ended = limits_in(Limits(), Quota(processors=8.0, memory_bytes=None), minutes=1000)

    assert large == open_ended == Limits()
    assert limits_in(Limits(), Quota(processors=1.0, memory_bytes=MIB), 10).memory_bytes == 128 * MIB


def graded(*outcomes: Outcome, exercises: tuple[Exercise, ...] = ()) -> GradedSubmission:
    """A submission with a check for each outcome, named after it."""
    checks = (
        made.result(outcome.value, outcome, exercise=name, feedback=Feedback(message="said"))
        for outcome, name in zip(outcomes, ("sums", "doubles", "sums"), strict=False)
    )
    return made.graded(*checks, exercises=exercises)


@pytest.mark.parametrize(
    ("has_bytes", "killed", "in_doubt"),
    [
        (None, False, set()),
        (600 * MIB, False, set()),
        (400 * MIB, False, {Outcome.OUT_OF_MEMORY}),
        (600 * MIB, True, {Outcome.OUT_OF_MEMORY, Outcome.CRASHED}),
        (400 * MIB, True, {Outcome.OUT_OF_MEMORY, Outcome.CRASHED}),
    ],
)
def test_what_a_larger_container_might_have_passed_is_ungraded(
    has_bytes: int | None, killed: bool, in_doubt: set[Outcome]
) -> None:
    """A container that is too small is our fault, and a worker that it ended looks like one that ended itself."""
    assignment = replace(ASSIGNMENT, needs=Needs(memory_bytes=500 * MIB))
    before = graded(Outcome.OUT_OF_MEMORY, Outcome.CRASHED, Outcome.FAILED)
    after = without_doubt(before, assignment, Quota(processors=1.0, memory_bytes=has_bytes), killed=killed)

    changed = {was.outcome for was, now in zip(before.checks, after.checks, strict=True) if was != now}
    assert changed == in_doubt
    for check in after.checks:
        if check.outcome is Outcome.UNGRADED:
            assert check.blame is Blame.INFRASTRUCTURE
            assert check.feedback is not None
            assert check.feedback.message == (
                "this check could not be run, through no fault of the submission: this container has too little memory: "
                "choose a larger one in Gradescope's settings and grade again"
            )


def test_where_nobody_measured_the_limits_say_what_is_enough() -> None:
    """Less than they let a worker take beside the harness may be too little."""
    before = graded(Outcome.OUT_OF_MEMORY)
    for has_bytes, ungraded in ((3 * GIB, False), (2 * GIB, True)):
        here = Quota(processors=1.0, memory_bytes=has_bytes)
        assert without_doubt(before, ASSIGNMENT, here, killed=False).ungraded is ungraded


def test_the_choice_is_scored_again() -> None:
    """The score stays one of the choice's, not the sum."""
    before = graded(Outcome.CRASHED, Outcome.PASSED, exercises=EITHER)
    after = without_doubt(before, replace(ASSIGNMENT, exercises=EITHER), SMALLEST.quota, killed=True)

    assert (after.score.earned, after.score.possible, after.ungraded) == (2, 2, True)
