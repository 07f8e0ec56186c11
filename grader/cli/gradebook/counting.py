"""The results that count: stored ones that are named, or of each student the attempt that counts in the course's gradebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from grader.classroom.policies import Account, Decision, Standing, in_words, marks
from grader.cli.console import say
from grader.cli.gradebook.desk import Desk, desk
from grader.errors import UsageError
from grader.listed import listed
from grader.model import FinalScore, GradedSubmission, Refused
from grader.reports import stored_results

_RESULTS = "results.json files, and folders of *.results.json, as `grader grade --out` writes them; or --assignment."
_COUNTS = "In place of RESULTS, what counts in the gradebook of the course, of this assignment."
_MAX_NAMED = 10
_WITHOUT_A_SCORE = (Standing.UNGRADED, Standing.EXCUSED)

OptionalResults = Annotated[list[Path] | None, typer.Argument(metavar="[RESULTS...]", help=_RESULTS)]
CountsOption = Annotated[str | None, typer.Option("--assignment", metavar="NAME", help=_COUNTS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The result of the attempt that counts of one student."""

    student: str
    graded: GradedSubmission
    """Called as it was handed in, with what became of its points."""
    is_released: bool

    @property
    def by_student(self) -> GradedSubmission:
        """Return the result called by the id of its student."""
        return replace(self.graded, submission=self.student)


Results = tuple[list[GradedSubmission], list[Refused]]


def by_student(
    results: list[Path] | None, assignment: str | None, gradebook: str | None, course: Path | None
) -> Results:
    """
    Return results and what could not be read; those of a gradebook are called by their students.

    What students may not see yet is left out and named: they read what a course site imports.

    Raises:
        UsageError: If nobody says of what, both are named, or nothing is released.
    """
    slug = _assignment_of(results, assignment)
    if slug is None:
        return _stored(results or [])
    found, refused = _released(slug, gradebook, course)
    return [one.by_student for one in found], refused


def as_handed_in(
    results: list[Path] | None, assignment: str | None, gradebook: str | None, course: Path | None
) -> Results:
    """Return the same, called as they were handed in; raises as `by_student` does."""
    slug = _assignment_of(results, assignment)
    if slug is None:
        return _stored(results or [])
    found, refused = _released(slug, gradebook, course)
    return [one.graded for one in found], refused


def _released(slug: str, gradebook: str | None, course: Path | None) -> tuple[list[Counted], list[Refused]]:
    with desk(gradebook, course) as at:
        found, refused = counted(at, slug)
        held_back = [at.shown(one.student) for one in found if not one.is_released]
    if found and len(held_back) == len(found):
        raise UsageError(
            f"{slug}: nothing is released to students yet; see `release` in course.toml, and `grader gradebook publish`"
        )
    if held_back:
        say(f"not released to students, and left out: {listed(held_back, _MAX_NAMED)}", style="yellow")
    return [one for one in found if one.is_released], refused


def _assignment_of(results: list[Path] | None, assignment: str | None) -> str | None:
    """Return of which assignment of the gradebook results are meant; None where they are named."""
    if results and assignment is not None:
        raise UsageError(f"--assignment {assignment}: name results, or an assignment of the gradebook, and not both")
    if not results and assignment is None:
        raise UsageError("name the results, or with --assignment what counts in the gradebook of the course")
    return assignment


def _stored(results: list[Path]) -> Results:
    gradings, refused = stored_results.read(results)
    return sorted(gradings, key=lambda graded: graded.submission), refused


def counted(at: Desk, assignment: str) -> tuple[list[Counted], list[Refused]]:
    """
    Return the results that count, by student, and what could not be read.

    Raises:
        UsageError: If there is no such assignment.
    """
    at.check_assignment(assignment)
    known = at.standings()
    accounts = {
        student: known.account(at.policy, student, at.now).by_assignment[assignment]
        for student, records in known.records.items()
        if assignment in records
    }
    rows = {student: one.counted.row for student, one in accounts.items() if one.counted is not None}
    results = at.book.results(rows.values())
    found = [
        Counted(
            student=student,
            graded=replace(
                results[row],
                final=replace(
                    final_score(
                        assignment,
                        accounts[student],
                        name=at.names.get(student, ""),
                        told=known.told(at.policy, student, at.now).by_assignment[assignment],
                    ),
                    marks=_marks_of(results[row], known.records[student][assignment].decisions),
                ),
            ),
            is_released=accounts[student].is_released,
        )
        for student, row in sorted(rows.items())
        if row in results
    ]
    refused = [
        Refused(name=student, why=why)
        for (student, slug), why in known.refusals.items()
        if slug == assignment and accounts[student].counted is None
    ]
    return found, refused


def _marks_of(graded: GradedSubmission, decisions: Iterable[Decision]) -> Mapping[str, Fraction]:
    """Return the points of marks by the names of the checks that stand for their items."""
    given = marks(decisions)
    items = ((check.name, given.get((check.exercise, check.title))) for check in graded.checks)
    return {name: mark.points for name, mark in items if mark is not None}


def final_score(assignment: str, account: Account, name: str = "", told: Account | None = None) -> FinalScore:
    """
    Return what an account comes to, for reports.

    Args:
        told: The same as the student may read it.
    """
    nothing = account.standing is Standing.NOTHING and not account.score
    return FinalScore(
        assignment=assignment,
        points=None if nothing or account.standing in _WITHOUT_A_SCORE else account.score,
        possible=account.possible,
        standing=account.standing.value,
        steps=tuple(step.says for step in account.steps),
        told=() if told is None else tuple(step.says for step in told.steps),
        comments=account.comments,
        says=in_words(account),
        name=name,
    )
