"""A grading that ends with the first check that is lost, and who listens to what checks ask."""

from __future__ import annotations

from dataclasses import replace

from tiny_courses import RIGHT, SEVEN, WriteCourse

from grader.grading import Check, Listener, grade_submission
from grader.model import Outcome
from grader.proxy import Asked, Returned

CHECKS = (
    SEVEN
    + '''
@pytest.mark.check(points=1, exercise="squares")
def test_two(student):
    """The square of two is right."""
    expect.equal(student.square(2), 4)

@pytest.mark.check(points=1, exercise="squares")
@given(n=st.integers(0, 9))
def test_any(student, n):
    """Any square is right."""
    expect.equal(student.square(n), n * n)
'''
)
DOUBLES = "def square(n): return n + n\n"


def test_a_grading_ends_with_the_first_check_that_is_lost(tiny_course: WriteCourse) -> None:
    """The others have no result, and no mistake is looked for; otherwise both are as ever."""
    course = tiny_course(CHECKS)
    submission = course.submission(DOUBLES)
    request = course.request()

    usual = grade_submission(request, submission, course.sides)
    ended = grade_submission(replace(request, until_lost=True), submission, course.sides)

    assert [(one.name, one.outcome) for one in usual.checks] == [
        ("seven", Outcome.FAILED),
        ("two", Outcome.PASSED),
        ("any", Outcome.FAILED),
    ]
    assert [(one.name, one.outcome) for one in ended.checks] == [("seven", Outcome.FAILED)]
    named = [one.checks[0].feedback.misconception for one in (usual, ended) if one.checks[0].feedback is not None]
    assert named[0] is not None
    assert named[1:] == [None]


def test_a_grading_that_loses_nothing_asks_everything(tiny_course: WriteCourse) -> None:
    """Nothing ends it."""
    course = tiny_course(CHECKS)

    graded = grade_submission(replace(course.request(), until_lost=True), course.submission(RIGHT), course.sides)

    assert [one.outcome for one in graded.checks] == [Outcome.PASSED] * 3


def test_a_listener_is_told_what_each_check_has_asked(tiny_course: WriteCourse) -> None:
    """With the answers, check by check."""
    course = tiny_course(CHECKS)
    told: dict[str, Asked] = {}

    def listen(check: Check, asked: Asked) -> None:
        told[check.name] = asked

    grade_submission(course.request(), course.submission(RIGHT), course.sides, Listener(on_asked=listen))

    assert list(told) == ["seven", "two", "any"]
    (question,) = told["seven"].questions
    assert (question.name, question.args, question.answer) == ("square", (7,), Returned(value=49))
    assert len(told["any"].questions) >= 10
