"""What a reader learns from a check, as plain text: the sentence, then a fact on each line, bounded and clean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from grader.model import CheckResult, ExerciseScore, Feedback, GradedSubmission, Outcome, Score
from grader.reports.escape import capped

_MAX_CHARACTERS = 2000
_MAX_LINES = 20
_OUTPUT_CHARACTERS = 4000
_OUTPUT_LINES = 40
_MAX_NOTES = 40
_MAX_IN_ANSWER = 20_000
"""Characters: all that is read of one."""
PENDING = "pending: graded by hand"
Status = Literal["graded", "ungraded", "pending"]
AS_ABOVE = "as above"
RAISED_ABOVE = "raised at the same line as above"


def status(graded: GradedSubmission) -> Status:
    """Say whether the score counts, as `status` of results.json does."""
    return "ungraded" if graded.ungraded else "pending" if graded.pending else "graded"


def points(graded: GradedSubmission) -> str:
    """Say the score in words; without a number where it does not count."""
    if graded.ungraded:
        return "ungraded: some checks could not be run, which costs nothing; grade again"
    waits, final = pending(graded), graded.final
    if final is None:
        return f"{graded.score.earned} of {graded.score.possible} points{waiting(graded.score)}"
    settled = graded.score.possible - (graded.score.pending - waits)  # what people have marked is none of the checks'
    return f"{graded.score.earned} of {settled} points" + (f", {waits} pending" if waits else "")


def score_after_policy(graded: GradedSubmission) -> str:
    """Say the score in words: in a gradebook what became of the points, with what checks gave."""
    return points(graded) if graded.final is None else f"{graded.final.says} (checks: {points(graded)})"


def pending(graded: GradedSubmission) -> int:
    """Return how many points wait for staff: in a gradebook those of items without a mark, until somebody sets the score."""
    final = graded.final
    if final is None:
        return graded.score.pending
    if final.standing != Outcome.PENDING:
        return 0
    counted = {total.exercise for total in graded.score.exercises if total.counts}
    return sum(one.points for one in graded.checks if one.exercise in counted and _waits(one, graded))


def pending_of(graded: GradedSubmission, total: ExerciseScore) -> int:
    """Return the same of one exercise."""
    if graded.final is None:
        return total.pending
    if graded.final.standing != Outcome.PENDING:
        return 0
    return sum(one.points for one in graded.checks if one.exercise == total.exercise and _waits(one, graded))


def _waits(check: CheckResult, graded: GradedSubmission) -> bool:
    assert graded.final is not None
    return check.outcome is Outcome.PENDING and check.name not in graded.final.marks


def earned_of(graded: GradedSubmission, total: ExerciseScore) -> str:
    """Return the points of an exercise, with those that people have given: at least 0, at most what is possible."""
    final = graded.final
    given = (
        ()
        if final is None
        else (
            final.marks[one.name] for one in graded.checks if one.exercise == total.exercise and one.name in final.marks
        )
    )
    whole = sum(given, Fraction(total.earned))
    return _figure(max(Fraction(0), min(Fraction(total.possible), whole)))


def tally_of(graded: GradedSubmission, total: ExerciseScore) -> str:
    """Say the points of an exercise briefly, with what became of them in a gradebook."""
    waits = pending_of(graded, total)
    return f"{earned_of(graded, total)}/{total.possible}" + (f", {waits} pending" if waits else "")


def marked(graded: GradedSubmission, check: CheckResult) -> str:
    """Say what people have given for an item, or that nobody will any more; empty where it waits, or is no item."""
    final = graded.final
    if check.outcome is not Outcome.PENDING or final is None:
        return ""
    if check.name in final.marks:
        return "marked"
    return "" if final.standing == Outcome.PENDING else "not marked"


def worth_of(graded: GradedSubmission, check: CheckResult) -> str:
    """Say the points of a check, of an item those that people have given."""
    given = None if graded.final is None else graded.final.marks.get(check.name)
    return points_of(check) if given is None else f"{_figure(given)}/{check.points}"


def _figure(number: Fraction) -> str:
    return f"{float(number):.2f}".rstrip("0").removesuffix(".")


def tally(total: Score | ExerciseScore) -> str:
    """Say a score briefly, as in a table."""
    return f"{total.earned}/{total.possible}{waiting(total)}"


def score_of_row(graded: GradedSubmission) -> str:
    """Say a score as the table of a class has it: after policy, where a gradebook says what that is."""
    if graded.final is not None:
        return graded.final.says
    return "ungraded" if graded.ungraded else tally(graded.score)


def waiting(total: Score | ExerciseScore) -> str:
    """Say how many of these points are neither earned nor lost; nothing where there are none."""
    return f", {total.pending} pending" if total.pending else ""


def about_pending(waits: int) -> str:
    """Say that so many points wait, and for whom, as a sentence; nothing where none do."""
    if not waits:
        return ""
    return f"{_points(waits)} {'is' if waits == 1 else 'are'} {PENDING}, by the course staff."


def item(check: CheckResult) -> str:
    """Say of an item of a rubric that it waits, and what it is worth."""
    return f"{PENDING}, {_points(check.points)}"


def _points(number: int) -> str:
    return f"{number} point" if number == 1 else f"{number} points"


def points_of(check: CheckResult) -> str:
    """Say the points of a check; of an item that waits for staff only what it is worth."""
    return f"{'–' if check.outcome is Outcome.PENDING else check.earned}/{check.points}"


def share(graded: GradedSubmission) -> float:
    """Return the score from 0 to 1: of the points that are settled, since those that wait are not lost."""
    return graded.score.earned / graded.score.settled if graded.score.settled else 0.0


def in_a_sentence(check: CheckResult) -> str:
    """Say how a check ended, in its own sentence if it has one."""
    if check.feedback is not None:
        return check.feedback.message
    return PENDING if check.outcome is Outcome.PENDING else check.outcome.value


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


def answer(text: str) -> str:
    """Write what was handed in for an exercise that is graded by hand, at a length at which people can grade it."""
    return capped(text, _MAX_IN_ANSWER)


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
