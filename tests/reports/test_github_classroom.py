"""GitHub Classroom gets the points, and what its reporter decodes."""

from __future__ import annotations

import base64
import json

import pytest
from results import graded, result

from grader.model import Feedback, GradedSubmission, Outcome, Refused
from grader.reports import github_classroom

WRONG = Feedback(message="the answer is wrong", expected="4", received="5%\n::error::mine")


def decoded(*gradings: GradedSubmission) -> dict[str, object]:
    found: dict[str, object] = json.loads(base64.b64decode(github_classroom.result(gradings), validate=True))
    return found


def test_points_of_all_submissions_are_in_two_notices() -> None:
    """The words of the first and the keys of the second are what the reporter's notices have."""
    one = graded(result("a", Outcome.PASSED), result("b", Outcome.FAILED, feedback=WRONG))
    earned, possible = 2 * one.score.earned, 2 * one.score.possible
    assert 0 < earned < possible

    first, second = github_classroom.notices([one, one]).decode().splitlines()

    assert first == f"::notice title=Autograding complete::Points {earned}/{possible}"
    title, _end, report = second.partition("report::")
    assert title == "::notice title=Autograding "
    assert json.loads(report) == {"totalPoints": earned, "maxPoints": possible}


def test_every_check_is_a_test_of_the_reporter() -> None:
    """With its points; student text is text."""
    one = graded(result("a", Outcome.PASSED), result("b", Outcome.FAILED, feedback=WRONG), name="ada")

    found = decoded(one)

    assert (found["version"], found["status"], found["max_score"]) == (3, "fail", one.score.possible)
    tests = found["tests"]
    assert isinstance(tests, list)
    assert [test["status"] for test in tests] == ["pass", "fail"]
    assert [test["score"] for test in tests] == [check.earned for check in one.checks]
    assert tests[0]["name"] == f"ada: {one.checks[0].title}"
    assert "expected 4" in tests[1]["message"]
    assert "\n::error::" not in tests[1]["message"]


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ((Outcome.PASSED, Outcome.SKIPPED), "pass"),
        ((Outcome.PASSED, Outcome.RAISED), "fail"),
        ((Outcome.FAILED, Outcome.UNGRADED), "error"),
        ((), "pass"),
    ],
)
def test_the_worst_check_says_the_status(outcomes: tuple[Outcome, ...], status: str) -> None:
    """What is ungraded is an error of ours, above what is wrong."""
    one = graded(*(result(f"check_{number}", outcome) for number, outcome in enumerate(outcomes)))
    assert decoded(one)["status"] == status


def test_what_could_not_be_read_is_an_error() -> None:
    """No points are missing that anybody would see."""
    encoded = github_classroom.result([], [Refused(name="ada", why="it is a link")])
    assert json.loads(base64.b64decode(encoded))["status"] == "error"


def test_long_feedback_is_cut() -> None:
    """All of it travels in an environment variable."""
    long = Feedback(message="x" * 100_000)
    one = graded(*(result(f"check_{number}", Outcome.FAILED, feedback=long) for number in range(30)))
    assert len(github_classroom.result([one])) < 128 * 1024
