"""
Gradescope's results.json: what its page shows a student, and what it writes into its gradebook.

The fields are those of Gradescope's "Autograder Specifications" (gradescope/autograder_samples, docs/specs.md).  All formats are
`text`, in which nothing means anything, and every text is clean and bounded.

Gradescope has no word for `ungraded`.  Where a check could not be run, or the grader failed, the file holds no score at all,
neither for the whole nor for a test: a score, whatever it is, would go into the gradebook, and 0 would cost the student
everything.  A file without scores and an exit code other than 0 are an error of the autograder to Gradescope, which an
instructor sees and reruns.  The sentences are there all the same, and `extra_data.status` says it to programs.

What is graded by hand is a test without a score.  The whole has one all the same, that of the checks, to which Gradescope adds
what staff give in its own manual grading ("Manual Grading" in the same documentation).

The total is written as `score`, as of a choice of exercises only the best counts.  It is not written into a sentence: where a
hidden check is not shown yet, Gradescope withholds the total, and so must we.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from grader.gradescope.settings import Shown
from grader.model import (
    Assignment,
    Audience,
    CheckResult,
    Environment,
    GradedSubmission,
    Measured,
    Outcome,
    Visibility,
)
from grader.reports import details
from grader.reports.alike import shared_feedback
from grader.reports.audience import for_audience
from grader.reports.escape import one_line

_MAX_IN_NAME = 300
_UNGRADED = (
    "Some checks could not be run, through no fault of this submission, and it costs nothing: there is no score yet. "
    "The course staff can run the autograder again."
)
FAILED = (
    "The grader failed, through no fault of this submission, and it costs nothing: there is no score yet. "
    "The course staff can run the autograder again; its log says what went wrong."
)
STOPPED = (
    "The grader was stopped before it had ended, as by the timeout. This costs nothing: there is no score yet. "
    "The course staff can set a longer timeout or a larger container, and run the autograder again."
)

_Number = int | float
_Text = Literal["text"]
_Shown = Literal["hidden", "after_due_date", "after_published", "visible"]


class TestData(msgspec.Struct, frozen=True, kw_only=True):
    """What only staff see of a test."""

    check: str
    outcome: str
    blame: str | None
    misconception: str | None


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """One check, as Gradescope calls it."""

    name: str
    name_format: _Text = "text"
    number: str
    """Of the exercise, a point, and of the check in it, both from 1."""
    score: _Number | UnsetType = UNSET
    """Left out where it does not count, or nothing does."""
    max_score: _Number | UnsetType = UNSET
    status: Literal["passed", "failed"] | UnsetType = UNSET
    """Left out where it is neither."""
    output: str
    output_format: _Text = "text"
    tags: list[str]
    visibility: _Shown
    extra_data: TestData


class LeaderboardEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One column of the leaderboard; more is better."""

    name: str
    value: float
    order: Literal["desc"] = "desc"


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """What only staff see of the whole."""

    status: Literal["graded", "ungraded", "pending", "refused", "failed"]
    submission: str | UnsetType = UNSET
    sha256: str | UnsetType = UNSET
    environment: Environment | UnsetType = UNSET


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """results.json as a whole."""

    score: _Number | UnsetType = UNSET
    execution_time: float
    """Seconds from the start of the grader to its end."""
    output: str
    output_format: _Text = "text"
    visibility: Literal["visible"] = "visible"
    stdout_visibility: Literal["hidden"] = "hidden"
    tests: list[Test] | UnsetType = UNSET
    leaderboard: list[LeaderboardEntry] | UnsetType = UNSET
    extra_data: Data


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What a result says beside its checks."""

    hidden: Shown
    """When a student sees hidden checks."""
    seconds: float
    """How long the grader has run."""
    notices: tuple[str, ...] = ()
    """Sentences of ours about the circumstances."""


def graded(grading: GradedSubmission, assignment: Assignment, telling: Telling) -> bytes:
    """Write a grading; without any score if something of it is ungraded."""
    shown = for_audience(grading, Audience.STUDENT)
    counted = {entry.exercise for entry in grading.score.exercises if entry.counts}
    entries = [] if grading.ungraded else list(_leaderboard(grading.checks))
    results = Results(
        score=UNSET if grading.ungraded else grading.score.earned,
        execution_time=_seconds(telling.seconds),
        output="\n\n".join(_sentences(shown, telling.notices)),
        tests=[
            _test(check, known, number, grading, counts=check.exercise in counted, hidden=telling.hidden)
            for check, known, number in zip(shown.checks, grading.checks, _numbers(shown, assignment), strict=True)
        ],
        leaderboard=entries or UNSET,
        extra_data=Data(
            status=details.status(grading),
            submission=one_line(grading.submission),
            sha256=grading.sha256,
            environment=grading.environment,
        ),
    )
    return _encoded(results)


def refused(sentence: str, telling: Telling) -> bytes:
    """Write that what was handed in is no submission, which is the student's to fix: no points, and the reason."""
    said = "\n\n".join((details.bounded(sentence), *map(details.bounded, telling.notices)))
    return _encoded(
        Results(score=0, execution_time=_seconds(telling.seconds), output=said, extra_data=Data(status="refused"))
    )


def failed(sentence: str, seconds: float) -> bytes:
    """Write that there is no result through a fault of ours, without a score."""
    return _encoded(Results(execution_time=_seconds(seconds), output=sentence, extra_data=Data(status="failed")))


def _encoded(results: Results) -> bytes:
    return msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n"


def _seconds(seconds: float) -> float:
    return round(max(seconds, 0.0), 3) if math.isfinite(seconds) else 0.0


def _sentences(shown: GradedSubmission, notices: Iterable[str]) -> Iterator[str]:
    """Yield the paragraphs above the tests."""
    if shown.graded_file:
        yield f"graded: {one_line(shown.graded_file)}"
    if shown.ungraded:
        yield _UNGRADED
    shared = shared_feedback(shown)
    if shared is not None:
        yield details.facts(shared)
    if shown.pending:
        yield details.about_pending(shown.score.pending)
    if shown.notes:
        yield details.notes(shown)
    yield from map(details.bounded, notices)


def _numbers(shown: GradedSubmission, assignment: Assignment) -> Iterator[str]:
    """Yield the number of each check: exercises as in the assignment, checks in the order in which they ran."""
    order = [exercise.name for exercise in assignment.exercises]
    seen = dict.fromkeys(order, 0)
    for check in shown.checks:
        seen[check.exercise] += 1
        yield f"{order.index(check.exercise) + 1}.{seen[check.exercise]}"


def _test(
    check: CheckResult, known: CheckResult, number: str, grading: GradedSubmission, *, counts: bool, hidden: Shown
) -> Test:
    """Return *check* as a student may see it; *known* is all of it."""
    scored = counts and not grading.ungraded and check.outcome is not Outcome.PENDING
    settled = check.outcome not in (Outcome.SKIPPED, Outcome.UNGRADED, Outcome.PENDING)
    blame = known.blame
    return Test(
        name=one_line(check.title, _MAX_IN_NAME),
        number=number,
        score=check.earned if scored else UNSET,
        max_score=check.points if scored else UNSET,
        status=_status(check) if settled else UNSET,
        output="\n\n".join(_said(check, counts=counts)),
        tags=[check.exercise, check.outcome.value],
        visibility=hidden.value if check.visibility is Visibility.HIDDEN else "visible",
        extra_data=TestData(
            check=check.name,
            outcome=check.outcome.value,
            blame=None if blame is None else blame.value,
            misconception=None if known.feedback is None else known.feedback.misconception,
        ),
    )


def _status(check: CheckResult) -> Literal["passed", "failed"]:
    return "passed" if check.outcome is Outcome.PASSED else "failed"


def _said(check: CheckResult, *, counts: bool) -> Iterator[str]:
    if check.outcome is Outcome.PENDING:
        yield details.item(check)
    facts = details.facts(details.told(check), check.remarks)
    if facts:
        yield facts
    if not counts and check.outcome is not Outcome.SKIPPED:
        yield "Another exercise of the same choice counts instead of this one."
    if check.output.strip():
        yield f"What your code printed:\n{details.output(check)}"


def _leaderboard(checks: Iterable[CheckResult]) -> Iterator[LeaderboardEntry]:
    """
    Yield each number once; what a hidden check measured, on data that nobody knows, before what a public one did.

    It is told whatever the check discloses: instructors enable a leaderboard for it.
    """
    found: dict[str, tuple[Visibility, Measured]] = {}
    for check in checks:
        for measured in check.measured:
            before = found.get(measured.name)
            if math.isfinite(measured.value) and (before is None or before[0] is Visibility.PUBLIC):
                found[measured.name] = check.visibility, measured
    for _visibility, measured in found.values():
        yield LeaderboardEntry(name=one_line(measured.name), value=measured.value)
