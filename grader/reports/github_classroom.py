"""
What GitHub Classroom reads of a run: two notices, and the base64 JSON that its graders hand to its reporter.

Sources: classroom-resources/autograding-grading-reporter, `src/notify-classroom.js` (the notices) and
`src/helpers/test-helpers.js` (`max_score`, `tests` with `name`, `status`, `score`); classroom-resources/autograding-python-grader
(version 3 of the object).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

import msgspec

from grader.model import CheckResult, GradedSubmission, Outcome, Refused
from grader.reports import details
from grader.reports.escape import capped, clean, github_message

_VERSION = 3
_MAX_MESSAGE = 1000
"""Characters of each check; all of it travels in an environment variable, where Linux takes 128 KiB."""
_STATUS = {Outcome.PASSED: "pass", Outcome.SKIPPED: "pass", Outcome.UNGRADED: "error"}


class _Test(msgspec.Struct, kw_only=True):
    name: str
    status: str
    score: int
    message: str
    test_code: str = ""
    filename: str = ""
    line_no: int = 0
    duration: float = 0.0


class _Result(msgspec.Struct, kw_only=True):
    version: int
    status: str
    max_score: int
    tests: list[_Test]


class _Points(msgspec.Struct, kw_only=True, rename="camel"):
    total_points: int
    max_points: int


def notices(gradings: Sequence[GradedSubmission]) -> bytes:
    """Return the workflow commands that say how many points there are in all."""
    earned, possible = points(gradings)
    report = msgspec.json.encode(_Points(total_points=earned, max_points=possible)).decode()
    return (
        f"::notice title=Autograding complete::{github_message(f'Points {earned}/{possible}')}\n"
        f"::notice title=Autograding report::{github_message(report)}\n"
    ).encode()


def result(gradings: Sequence[GradedSubmission], refused: Sequence[Refused] = ()) -> str:
    """Return the object for the reporter, in base64; what could not be read is an error."""
    tests = [
        _test(graded, check)
        for graded in gradings
        for check in graded.checks
        if check.outcome is not Outcome.PENDING  # which the reporter would show as passed, or as failed
    ]
    _earned, possible = points(gradings)
    found = {test.status for test in tests} | {"error" for _ in refused}
    status = next((one for one in ("error", "fail") if one in found), "pass")
    encoded = msgspec.json.encode(_Result(version=_VERSION, status=status, max_score=possible, tests=tests))
    return base64.b64encode(encoded).decode()


def points(gradings: Sequence[GradedSubmission]) -> tuple[int, int]:
    """Return the points that are earned in all submissions together, and those that checks give: none is lost that is pending."""
    return sum(one.score.earned for one in gradings), sum(one.score.settled for one in gradings)


def _test(graded: GradedSubmission, check: CheckResult) -> _Test:
    location = check.location
    return _Test(
        name=clean(f"{graded.submission}: {check.title}"),
        status=_STATUS.get(check.outcome, "fail"),
        score=check.earned,
        message=capped(details.facts(check.feedback, check.remarks), _MAX_MESSAGE),
        filename=clean(graded.graded_file if location is None else location.path),
        line_no=0 if location is None else location.line,
        duration=check.wall_seconds,
    )
