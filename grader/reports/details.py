"""What a reader learns from a check, as plain text: the sentence, then a fact on each line, bounded and clean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.model import CheckResult, Feedback, GradedSubmission
from grader.reports.escape import capped

_MAX_CHARACTERS = 2000
_MAX_LINES = 20
_OUTPUT_CHARACTERS = 4000
_OUTPUT_LINES = 40
_MAX_NOTES = 40
AS_ABOVE = "as above"
RAISED_ABOVE = "raised at the same line as above"


def status(graded: GradedSubmission) -> str:
    """Say whether the score counts, as `status` of results.json does."""
    return "ungraded" if graded.ungraded else "graded"


def points(graded: GradedSubmission) -> str:
    """Say the score in words; without a number where it does not count."""
    if graded.ungraded:
        return "ungraded: some checks could not be run, which costs nothing; grade again"
    return f"{graded.score.earned} of {graded.score.possible} points"


def where(check: CheckResult) -> str:
    """
    Name the file, and its line or cell; empty where that is unknown.

    The line of a notebook as it lies there helps nobody who looks at cells.
    """
    at = check.location
    if at is None:
        return ""
    return f"{at.path}, cell {at.cell}" if at.cell else f"{at.path}, line {at.line}"


def counted(number: int, word: str) -> str:
    """Return a number with its word, in the plural where it is not 1."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def told(check: CheckResult) -> Feedback | None:
    """Return what a check says besides its title, which is all that a student gets where nothing else is disclosed."""
    return None if check.feedback == Feedback(message=check.title) else check.feedback


def once(feedback: Feedback, seen: set[object]) -> Feedback:
    """
    Return *feedback* without what is long and was told above.

    Args:
        seen: What was, to which this adds.
    """
    if feedback.trace and feedback.trace in seen:
        return Feedback(message=RAISED_ABOVE)
    calls_another = feedback.follows_from is not None and feedback.follows_from.function is not None
    shown = feedback
    if feedback.hint in seen - {None} and not calls_another:
        shown = replace(shown, hint=AS_ABOVE, follows_from=None)
    if ("picture", feedback.picture) in seen:
        shown = replace(shown, picture=None)
    seen |= {shown.hint, feedback.trace, ("picture", feedback.picture)}
    return shown


def facts(feedback: Feedback | None, remarks: tuple[str, ...] = ()) -> str:
    """Write a feedback; a fact of several lines is indented under its label."""
    return "\n".join(_lines(feedback, remarks))


def output(check: CheckResult) -> str:
    """Write what the code printed."""
    return capped(check.output.strip("\n"), _OUTPUT_CHARACTERS, _OUTPUT_LINES)


def notes(graded: GradedSubmission) -> str:
    """Write the notes about the whole submission, each on a line of its own."""
    more = len(graded.notes) - _MAX_NOTES
    shown = [bounded(note) for note in graded.notes[:_MAX_NOTES]]
    return "\n".join([*shown, f"and {more} more notes"] if more > 0 else shown)


def rows(feedback: Feedback | None, remarks: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the facts that there are, each under its label, in the order in which they are read."""
    yield from (("note", remark) for remark in remarks if remark)
    if feedback is not None:
        facts = (
            ("asked", feedback.counterexample),
            ("expected", feedback.expected),
            ("received", feedback.received),
            ("picture", feedback.picture),
            *(("at", line) for line in feedback.trace),
            ("hint", None if feedback.follows_from else feedback.hint),
            ("cause", feedback.follows_from and feedback.follows_from.says),
            ("mistake", feedback.misconception),
        )
        yield from ((label, value) for label, value in facts if value)


def bounded(text: str) -> str:
    """Return one fact, clean and of bounded length."""
    return capped(text, _MAX_CHARACTERS, _MAX_LINES)


def _lines(feedback: Feedback | None, remarks: tuple[str, ...]) -> Iterator[str]:
    if feedback is not None:
        yield bounded(feedback.message)
    for label, value in rows(feedback, remarks):
        yield f"{label:<8} " + bounded(value).replace("\n", "\n" + 9 * " ")
