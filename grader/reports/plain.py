"""
One submission as plain text, for systems that show feedback as it is written: no markup, no colour, of bounded length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.model import CheckResult, ExerciseScore, Feedback, GradedSubmission, Outcome, Visibility
from grader.reports import details
from grader.reports.alike import mark_of, shared_feedback
from grader.reports.escape import capped, one_line

_MAX_CHARACTERS = 50_000
"""Of the whole: pages of a course site are read by people."""
_MARKS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "-", Outcome.UNGRADED: "?", Outcome.PENDING: "…"}
_MARKED = "✎"
_MAX_SENTENCE = 2000
_INDENT = "      "


def text(graded: GradedSubmission) -> str:
    """Write all of a submission: the points, then each exercise with its checks and what is to be learnt from them."""
    return capped("\n".join(_lines(graded)), _MAX_CHARACTERS)


def about(graded: GradedSubmission, shared: Feedback | None) -> str:
    """Write what is said of the whole: the file, the points, what all checks say, and notes."""
    return "\n".join(_about(graded, shared))


def _lines(graded: GradedSubmission) -> Iterator[str]:
    shared = shared_feedback(graded)
    yield from _about(graded, shared)
    for total in graded.score.exercises:
        checks = [check for check in graded.checks if check.exercise == total.exercise]
        yield from _exercise(graded, total, checks, explains=shared is None)


def _about(graded: GradedSubmission, shared: Feedback | None) -> Iterator[str]:
    final = graded.final
    yield f"{one_line(graded.title)}: {details.points(graded) if final is None else one_line(final.says)}"
    if final is not None:
        yield f"checks: {details.points(graded)}"
    if graded.graded_file:
        yield f"graded: {one_line(graded.graded_file)}"
    if final is not None:
        yield from _listed("From the course staff", final.comments)
        yield from _listed("How the score comes about", final.steps)
    if shared is not None:
        yield details.facts(shared)
    if graded.notes:
        yield details.notes(graded)


def _listed(title: str, sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        yield f"\n{title}"
        yield from (f"- {one_line(sentence, _MAX_SENTENCE)}" for sentence in sentences)


def _exercise(
    graded: GradedSubmission, total: ExerciseScore, checks: Sequence[CheckResult], *, explains: bool
) -> Iterator[str]:
    counts = "" if total.counts else "  does not count"
    yield f"\n{one_line(total.title)}  {details.tally_of(graded, total)}{counts}"
    for check in checks:
        hidden = "  hidden" if check.visibility is Visibility.HIDDEN else ""
        marked = details.marked(graded, check)
        ended = marked or ("" if check.outcome in (Outcome.PASSED, Outcome.FAILED) else check.outcome.value)
        mark, worth = _MARKED if marked else mark_of(check, _MARKS), details.worth_of(graded, check)
        yield f"{mark} {worth}  {one_line(check.title)}{hidden}{ended and f'  {ended}'}"
        facts = details.facts(details.told(check), check.remarks) if explains else ""
        if facts:
            yield _indented(facts)
        if check.outcome is not Outcome.PASSED and check.output.strip():
            yield _indented(f"What your code printed:\n{details.output(check)}")


def _indented(lines: str) -> str:
    return _INDENT + lines.replace("\n", f"\n{_INDENT}")
