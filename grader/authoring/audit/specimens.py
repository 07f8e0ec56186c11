"""
Specimens prove checks: each submission that is stored beside a solution gets exactly what it declares.

What a specimen is, and how the stub is made one, stands in `grader/authoring/specimens.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from grader import submission as submissions
from grader.authoring.audit.gradings import Asked, Where, grade, lost, short_task
from grader.authoring.specimens import Expected, Specimen
from grader.grading import list_checks
from grader.model import Assignment, GradedSubmission, Outcome, Submission, Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What became of a specimen."""

    name: str
    expected: str
    """In a few words."""
    got: str
    differences: tuple[str, ...]
    """What it got otherwise than it declares, one sentence each; none where it holds."""
    earned: int
    possible: int

    @property
    def holds(self) -> bool:
        """Whether it got exactly what it declares."""
        return not self.differences


def nothing_written(checks: Iterable[str]) -> Expected:
    """Return what the stub must get where it declares nothing: every check raises, so that it earns nothing."""
    return Expected(why="Nothing is written yet.", outcomes=dict.fromkeys(checks, Outcome.RAISED.value))


def differences(expected: Expected, graded: GradedSubmission) -> tuple[str, ...]:
    """Return what a grading has otherwise than a specimen declares, of the checks that were asked; one sentence each."""
    return tuple(_differences(expected, graded))


def _differences(expected: Expected, graded: GradedSubmission) -> Iterator[str]:
    asked = {check.name: check for check in graded.checks}
    omitted = {check.exercise for check in graded.checks if check.outcome is Outcome.SKIPPED}
    for exercise in sorted(omitted ^ {*expected.skipped}):
        yield f"{exercise}: {'skipped' if exercise in omitted else 'not skipped'}"
    for name, check in asked.items():
        if check.exercise in omitted or name in expected.borderline or check.outcome is Outcome.PENDING:
            continue
        declared = expected.outcomes.get(name, Outcome.PASSED.value)
        if check.outcome.value != declared:
            said = "" if check.feedback is None else f": {check.feedback.message}"
            yield f"{name}: {check.outcome.value}, not {declared}{said}"
    for name, mistake in expected.misconceptions.items():
        if name not in asked:
            continue
        feedback = asked[name].feedback
        named = None if feedback is None else feedback.misconception
        if named != mistake:
            yield f"{name}: named {named or 'no mistake'}, not {mistake}"


def hold(
    assignment: Assignment, specimens: Sequence[Specimen], where: Where, what: str = "specimens"
) -> tuple[Held, ...]:
    """
    Grade specimens as a class and compare each with what it declares.

    Where networks are trained by code of the submission, those that lose something train on few images first, which is enough for
    most of them; what does not hold then trains in full, as those do that lose nothing.

    Raises:
        AssignmentError, SubmissionError: If the checks cannot be used, or a specimen cannot be read.
    """
    with TemporaryDirectory(prefix="grader-stub-") as scratch:
        read = {one.name: submissions.read(one.path(Path(scratch)), assignment) for one in specimens}
    expected = {one.name: one.expected or _of_stub(assignment) for one in specimens}
    found: dict[str, Held] = {}
    short = short_task(assignment)
    if short is not None:
        wrong = {name: one for name, one in expected.items() if one.outcomes}
        found = _hold(assignment, wrong, read, where, f"{what}, trained little", Asked(task=short))
    left = {name: one for name, one in expected.items() if name not in found or not found[name].holds}
    found |= _hold(assignment, left, read, where, what, Asked())
    return tuple(found[one.name] for one in specimens)


def _of_stub(assignment: Assignment) -> Expected:
    return nothing_written(check.name for check in list_checks(assignment, Suite.ALL))


def _hold(
    assignment: Assignment,
    expected: dict[str, Expected],
    read: dict[str, Submission],
    where: Where,
    what: str,
    asked: Asked,
) -> dict[str, Held]:
    every = [read[name] for name in expected]
    return {
        graded.submission: compared(expected[graded.submission], graded)
        for graded in grade(assignment, every, where, what, asked)
    }


def compared(expected: Expected, graded: GradedSubmission) -> Held:
    """Compare a grading with what a specimen declares."""
    return Held(
        name=graded.submission,
        expected=_told(list(expected.outcomes.items())),
        got=_told([(check.name, check.outcome.value) for check in lost(graded)]),
        differences=differences(expected, graded),
        earned=graded.score.earned,
        possible=graded.score.possible,
    )


def _told(outcomes: list[tuple[str, str]]) -> str:
    """Say which checks are lost: "3 failed, 1 raised"."""
    if not outcomes:
        return "all passed"
    kinds = [outcome for _name, outcome in outcomes]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(sorted(kinds)))
