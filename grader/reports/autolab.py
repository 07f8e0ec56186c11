"""
What an autograder of Autolab prints: the feedback, a line for the formatted feedback, and on the last line the scores.

Each exercise is a problem of Autolab, by its name.  One that does not count, because another one of a choice does, has no score.
Neither has one that is graded by hand: staff enter it at Autolab, and what they entered stays when the rest is graded again.
What is ungraded has the score null, for every problem: without any score, Autolab would take the line for an error of the
autograder and write 0 for every problem.  That is what is right for a submission that could not be read.

In the last line Autolab puts words before a colon into quotes, also within a text, so that it holds names and numbers alone.

Sources: Autolab, docs/lab.md and docs/features/formatted-feedback.md; `assessment_autograde_core.rb`, `saveAutograde` and
`parseAutoresult`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from grader.model import GradedSubmission, Outcome, Refused
from grader.reports import details, plain
from grader.reports.alike import shared_feedback
from grader.reports.escape import one_line
from grader.reports.single import the_only

_MAX_IN_HINT = 1000
_NEITHER = (Outcome.SKIPPED, Outcome.UNGRADED, Outcome.PENDING)
"""Neither passed nor failed."""


def encode(gradings: Sequence[GradedSubmission], refused: Sequence[Refused] = ()) -> bytes:
    """
    Write the output on one submission; its last line is the autoresult.

    Raises:
        UsageError: If there is not one submission.
    """
    one = the_only(gradings, refused, "Autolab")
    if isinstance(one, Refused):
        return f'{details.bounded(one.why)}\n{{"scores": {{}}}}\n'.encode()
    lines = (plain.text(one).encode(), msgspec.json.encode(_presentation(one)), msgspec.json.encode(_scores(one)), b"")
    return b"\n".join(lines)


def _scores(graded: GradedSubmission) -> dict[str, dict[str, int | None]]:
    counted = (total for total in graded.score.exercises if total.counts and not total.pending)
    return {"scores": {total.exercise: None if graded.ungraded else total.earned for total in counted}}


def _presentation(graded: GradedSubmission) -> dict[str, Any]:
    """Return the table of formatted feedback: a stage for each exercise, in it whether each check passed, and a hint."""
    explains = shared_feedback(graded) is None
    stages: dict[str, dict[str, dict[str, bool | str]]] = {}
    for total in graded.score.exercises:
        checks: dict[str, dict[str, bool | str]] = {}
        for check in graded.checks:
            if check.exercise != total.exercise or check.outcome in _NEITHER:
                continue
            said = details.told(check) if explains else None
            result: dict[str, bool | str] = {"passed": check.outcome is Outcome.PASSED}
            if said is not None and check.outcome is not Outcome.PASSED:
                result["hint"] = one_line(said.message, _MAX_IN_HINT)
            checks[_unused(one_line(check.title), checks)] = result
        if checks:
            stages[_unused(one_line(total.title), stages)] = checks
    return {"_presentation": "semantic", "stages": list(stages), **stages}


def _unused(name: str, taken: dict[str, Any]) -> str:
    """Return a name that is no other one's, nor a word of the format."""
    number = 1
    free = name
    while free in taken or free in ("_presentation", "stages"):
        number += 1
        free = f"{name} ({number})"
    return free
