"""What a reader learns from a check, as plain text: the sentence, then a fact on each line, bounded and clean."""

from __future__ import annotations

from collections.abc import Iterator

from grader.model import CheckResult, Feedback, GradedSubmission
from grader.reports.escape import capped

_MOST_CHARACTERS = 2000
_MOST_LINES = 20
_OUTPUT_CHARACTERS = 4000
_OUTPUT_LINES = 40
_MOST_NOTES = 40


def status(graded: GradedSubmission) -> str:
    """Say whether the score counts, as `status` of results.json does."""
    return "ungraded" if graded.ungraded else "graded"


def points(graded: GradedSubmission) -> str:
    """Say the score in words; without a number where it does not count."""
    if graded.ungraded:
        return "ungraded: some checks could not be run, which costs nothing; grade again"
    return f"{graded.score.earned} of {graded.score.possible} points"


def facts(feedback: Feedback | None, remarks: tuple[str, ...] = ()) -> str:
    """Write a feedback; a fact of several lines is indented under its label."""
    return "\n".join(_lines(feedback, remarks))


def output(check: CheckResult) -> str:
    """Write what the code printed."""
    return capped(check.output.strip("\n"), _OUTPUT_CHARACTERS, _OUTPUT_LINES)


def notes(graded: GradedSubmission) -> str:
    """Write the notes about the whole submission, each on a line of its own."""
    more = len(graded.notes) - _MOST_NOTES
    shown = [_bounded(note) for note in graded.notes[:_MOST_NOTES]]
    return "\n".join([*shown, f"and {more} more notes"] if more > 0 else shown)


def _lines(feedback: Feedback | None, remarks: tuple[str, ...]) -> Iterator[str]:
    rows = [("note", remark) for remark in remarks]
    if feedback is not None:
        yield _bounded(feedback.message)
        rows += [
            ("asked", feedback.counterexample or ""),
            ("expected", feedback.expected or ""),
            ("received", feedback.received or ""),
            *(("at", line) for line in feedback.trace),
            ("hint", feedback.hint or ""),
            ("mistake", feedback.misconception or ""),
        ]
    for label, value in rows:
        if value:
            yield f"{label:<8} " + _bounded(value).replace("\n", "\n" + 9 * " ")


def _bounded(text: str) -> str:
    return capped(text, _MOST_CHARACTERS, _MOST_LINES)
