"""The results that count: stored ones that are named, or of each student the attempt that counts in the course's gradebook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.classroom.policies import Account, Standing
from grader.cli.gradebook.desk import Desk, desk
from grader.errors import UsageError
from grader.model import FinalScore, GradedSubmission, Refused
from grader.reports import stored_results

if TYPE_CHECKING:
    from grader.classroom.gradebook import Standings

_RESULTS = "results.json files, and folders of *.results.json, as `grader grade --out` writes them; or --assignment."
_COUNTS = "In place of RESULTS, what counts in the gradebook of the course, of this assignment."
_WITHOUT_A_SCORE = (Standing.UNGRADED, Standing.EXCUSED)

OptionalResults = Annotated[list[Path] | None, typer.Argument(metavar="[RESULTS...]", help=_RESULTS)]
CountsOption = Annotated[str | None, typer.Option("--assignment", metavar="NAME", help=_COUNTS)]


def that_count(
    results: list[Path] | None, assignment: str | None, gradebook: str | None, course: Path | None
) -> tuple[list[GradedSubmission], list[Refused]]:
    """
    Return results and what could not be read.

    Raises:
        UsageError: If nobody says of what, or both are named.
    """
    if results and assignment is not None:
        raise UsageError(f"--assignment {assignment}: name results, or an assignment of the gradebook, and not both")
    if results:
        gradings, refused = stored_results.read(results)
        return sorted(gradings, key=lambda graded: graded.submission), refused
    if assignment is None:
        raise UsageError("name the results, or with --assignment what counts in the gradebook of the course")
    with desk(gradebook, course) as at:
        at.check_assignment(assignment)
        gradings, refused, _held_back = counted(at, assignment, at.standings())
    return gradings, refused


def counted(
    at: Desk, assignment: str, known: Standings
) -> tuple[list[GradedSubmission], list[Refused], frozenset[str]]:
    """Return the results that count, each called by its student, what could not be read, and whose are not released."""
    accounts = {
        student: known.account(at.policy, student, at.now).by_assignment[assignment]
        for student, records in known.records.items()
        if assignment in records
    }
    rows = {one.counted.row: student for student, one in accounts.items() if one.counted is not None}
    results = at.book.results(rows)
    gradings = [
        replace(results[row], submission=student, final=final_score(assignment, accounts[student]))
        for row, student in rows.items()
        if row in results
    ]
    refused = [
        Refused(name=student, why=why)
        for (student, slug), why in known.refusals.items()
        if slug == assignment and accounts[student].counted is None
    ]
    held_back = frozenset(student for student in rows.values() if not accounts[student].is_released)
    return sorted(gradings, key=lambda one: one.submission), refused, held_back


def final_score(assignment: str, account: Account) -> FinalScore:
    """Return what an account comes to, for reports."""
    nothing = account.standing is Standing.NOTHING and not account.score
    return FinalScore(
        assignment=assignment,
        points=None if nothing or account.standing in _WITHOUT_A_SCORE else account.score,
        possible=account.possible,
        standing=account.standing.value,
        steps=tuple(step.says for step in account.steps),
        comments=account.comments,
    )
