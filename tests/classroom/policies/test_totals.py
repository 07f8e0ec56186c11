"""All assignments of one student: how slip days are used up, and what points come to."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from attempts import DUE, ENTERED, NOW, PACIFIC, attempt, scored

from grader.classroom.policies import (
    Amount,
    AssignmentPolicy,
    CoursePolicy,
    Excused,
    LatePolicy,
    Record,
    Release,
    accounts,
)

DAY = dt.timedelta(days=1)
LATE = LatePolicy(per_day=Amount(share=Fraction(1, 10)))


def course(*, slip_days: int = 0, **assignments: dict[str, object]) -> CoursePolicy:
    """Return a course of these assignments, in order, each with its keys."""
    return CoursePolicy(
        timezone=PACIFIC,
        order=tuple(assignments),
        slip_days=slip_days,
        late=LATE,
        assignments={
            slug: AssignmentPolicy(**{"slug": slug, "timezone": PACIFIC, "due": DUE, "late": LATE, **keys})  # type: ignore[arg-type]
            for slug, keys in assignments.items()
        },
    )


def handed_in(earned: int = 30, after: dt.timedelta = 0 * DAY, **fields: object) -> Record:
    """Return a record of one attempt, handed in so long after the first due date."""
    return Record(attempts=(attempt(1, earned, after=after, **fields),), possible=30)


def test_slip_days_go_to_what_is_due_first():
    """Whatever the order of the course; what is due later gets those that are left."""
    policy = course(slip_days=3, second={"due": DUE + 7 * DAY}, first={}, third={"due": None})
    records = {"first": handed_in(after=2 * DAY), "second": handed_in(after=9 * DAY), "third": handed_in()}

    found = accounts(policy, "ada", records, NOW)

    assert list(found.by_assignment) == ["second", "first", "third"]
    assert [one.slip_days_used for one in found.by_assignment.values()] == [1, 2, 0]
    assert [one.score for one in found.by_assignment.values()] == [27, 30, 30]
    assert found.slip_days_left == 0


def test_an_extension_saves_slip_days():
    """It is of this student alone."""
    policy = course(slip_days=3, first={})
    policy = CoursePolicy(
        order=policy.order,
        slip_days=3,
        assignments=policy.assignments,
        extensions={"first": {"ada": DUE + 2 * DAY}},
    )
    records = {"first": handed_in(after=2 * DAY)}

    assert accounts(policy, "ada", records, NOW).slip_days_left == 3
    assert accounts(policy, "bob", records, NOW).slip_days_left == 1


def test_the_total():
    """It is the mean of the shares by weight; extra credit may lift it above all points."""
    policy = course(
        first={"weight": Fraction(3)}, second={"extra_credit": ("bonus",)}, practice={"weight": Fraction(0)}
    )
    second = Record(attempts=(attempt(score=scored(sums=(10, 10), bonus=(5, 5))),))

    found = accounts(policy, "ada", {"first": handed_in(24), "second": second, "practice": handed_in(0)}, NOW)

    assert found.total == (3 * Fraction(24, 30) + Fraction(15, 10)) / 4
    assert found.steps == (
        "first: 24 of 30 points is 80%, weight 3",
        "second: 15 of 10 points is 150%, weight 1",
        "practice: weight 0",
    )


@pytest.mark.parametrize(
    ("keys", "record", "says"),
    [
        ({}, Record(), "nothing was handed in, 0%, weight 1"),
        ({}, Record(possible=20), "nothing was handed in, 0 of 20 points is 0%, weight 1"),
        ({"due": NOW + DAY}, Record(), "nothing was handed in yet"),
        ({"due": None}, Record(), "nothing was handed in, and it has no due date"),
        ({}, handed_in(ungraded=True), "not graded yet"),
        ({}, Record(decisions=(Excused(**ENTERED),)), "excused"),
        ({}, handed_in(score=scored()), "nobody knows how many points are possible"),
        ({}, handed_in(pending=("sums",)), "30 of 30 points is 100%, weight 1, and a part waits for staff"),
    ],
)
def test_what_counts_so_far(keys, record, says):
    """What is due counts, handed in or not; what nobody could have a score for does not."""
    policy = course(first={}, second=keys)

    found = accounts(policy, "ada", {"first": handed_in(), "second": record}, NOW)

    assert found.steps[1] == f"second: {says}"
    assert found.total == (Fraction(1, 2) if "0%" in says and "100%" not in says else 1)


def test_nothing_counts_yet():
    """Then there is no total."""
    assert accounts(course(first={"due": NOW + DAY}), "ada", {}, NOW).total is None


def test_a_total_for_the_student():
    """It holds nothing that the student may not see yet."""
    policy = course(first={}, second={"release": Release.PUBLISHED})
    records = {"first": handed_in(30), "second": handed_in(0)}

    assert accounts(policy, "ada", records, NOW).total == Fraction(1, 2)
    hidden = accounts(policy, "ada", records, NOW, only_released=True)
    assert (hidden.total, hidden.steps[1]) == (1, "second: not released yet")


def test_an_assignment_that_the_course_does_not_know():
    """What was stored of it is shown all the same, last."""
    found = accounts(course(first={}), "ada", {"removed": handed_in()}, NOW)

    assert list(found.by_assignment) == ["first", "removed"]
