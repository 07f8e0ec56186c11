"""
results.json of an external grader of PrairieLearn: `/grade/results/results.json` in its container.

PrairieLearn has a word for what must not cost anything: `"gradable": false` takes no attempt and no points.  It is said of what
is ungraded, and of what could not be read at all; `format_errors` says why.  A check that does not count has 0 of 0 points,
which is shown as information: if any test had no points, those of none would be shown.  So has what is graded by hand: the score
is the share of all other points, which PrairieLearn takes for its automatic ones (`autoPoints`); staff enter the manual ones.

Sources: PrairieLearn, docs/externalGrading.md, "Grading results", and docs/manualGrading; `pl-external-grader-results.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from grader.model import CheckResult, GradedSubmission, Outcome, Refused
from grader.reports import details, plain
from grader.reports.alike import shared_feedback
from grader.reports.escape import capped, one_line
from grader.reports.single import the_only

_MAX_BYTES = 1_000_000
"""Of the file: more is refused."""
_RESERVED = 150_000
"""Bytes for all but the tests."""
_LEFT_OUT = "What this check found is left out: PrairieLearn takes no more than 1 MB."
_MAX_IN_NAME = 300
_MAX_ABOUT = 10_000


class _Test(msgspec.Struct, kw_only=True):
    """One check, as PrairieLearn calls it."""

    name: str
    points: int
    max_points: int
    message: str | UnsetType = UNSET
    output: str | UnsetType = UNSET


class _Results(msgspec.Struct, kw_only=True):
    gradable: bool
    score: float | UnsetType = UNSET
    message: str | UnsetType = UNSET
    format_errors: list[str] | UnsetType = UNSET
    tests: list[_Test] | UnsetType = UNSET


def encode(gradings: Sequence[GradedSubmission], refused: Sequence[Refused] = ()) -> bytes:
    """
    Write the result of one submission: JSON in UTF-8, at most 1 MB.

    Raises:
        UsageError: If there is not one submission.
    """
    one = the_only(gradings, refused, "PrairieLearn")
    if isinstance(one, Refused):
        return _encoded(_Results(gradable=False, format_errors=[details.bounded(one.why)]))
    shared = shared_feedback(one)
    results = _Results(
        gradable=not one.ungraded,
        message=capped(plain.about(one, shared), _MAX_ABOUT),
        tests=list(_within_limit(_tests(one, explains=shared is None))),
    )
    if one.ungraded:
        results.format_errors = [details.points(one)]
    else:
        results.score = details.share(one)
    return _encoded(results)


def _tests(graded: GradedSubmission, *, explains: bool) -> Iterator[_Test]:
    counted = {total.exercise for total in graded.score.exercises if total.counts and not total.pending}
    for check in graded.checks:
        counts = check.exercise in counted
        yield _Test(
            name=one_line(check.title, _MAX_IN_NAME),
            points=check.earned if counts else 0,
            max_points=check.points if counts else 0,
            message=_message(check, explains=explains) or UNSET,
            output=details.output(check) or UNSET,
        )


def _message(check: CheckResult, *, explains: bool) -> str:
    if check.outcome is Outcome.PENDING:
        return details.item(check)
    return details.facts(details.told(check), check.remarks) if explains else ""


def _within_limit(tests: Iterator[_Test]) -> Iterator[_Test]:
    """Yield every test, as soon as the limit is reached without its texts."""
    room = _MAX_BYTES - _RESERVED
    for test in tests:
        room -= len(msgspec.json.encode(test))
        if room < 0:
            test.message, test.output = _LEFT_OUT, UNSET
        yield test


def _encoded(results: _Results) -> bytes:
    return msgspec.json.encode(results) + b"\n"
