"""`gradebook export` and `report`: final scores as a table, and the results behind them in any format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.atomic_write import write_atomically
from grader.classroom.policies import CourseAccount
from grader.cli.console import say
from grader.cli.formats import AudienceOption, FormatsOption, sinks_of_what_is_there, write
from grader.cli.gradebook.counting import counted, final_score
from grader.cli.gradebook.desk import AssignmentArgument, BookOption, Desk, desk
from grader.cli.options import CourseOption
from grader.errors import UsageError
from grader.listed import listed
from grader.model import Audience, FinalScores
from grader.reports import scores_csv

if TYPE_CHECKING:
    from grader.classroom.gradebook import Standings

_MAX_NAMED = 10
_OUT = "The file to write; without it the table is printed."

OutFileOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=_OUT)]


def export(to: OutFileOption = None, gradebook: BookOption = None, course: CourseOption = None) -> None:
    """Write the final scores of all students as CSV: a row for each, with the points of every assignment and the total."""
    with desk(gradebook, course) as at:
        known = at.standings()
        written = scores_csv.encode([_final(at, student, known) for student in known.records])
    if to is None:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
        return
    try:
        write_atomically(to, written)
    except OSError as error:
        raise UsageError(f"--out {to}: cannot be written: {error.strerror}") from None
    say(f"written: {to}", style="dim")


def report(
    assignment: AssignmentArgument,
    formats: FormatsOption = None,
    audience: AudienceOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """
    Write the results that count of an assignment, in any format of `grade`: of each student that of the attempt that counts.

    What is for students leaves out those whose feedback is not released yet.
    """
    every = sinks_of_what_is_there(formats)
    with desk(gradebook, course) as at:
        found, refused = counted(at, assignment)
        names = {one.student: at.shown(one.student) for one in found}
    for sink in every:
        # the pages in a folder are for students, though its index may be for staff
        of_one = len(found) == 1 and not refused
        usual = sink.format.usual_audience if sink.is_folder else sink.usual_audience(of_one=of_one)
        shown = [one for one in found if (audience or usual) is Audience.STAFF or one.is_released]
        write((sink,), [one.by_student for one in shown], refused, audience)
        if sink.path is not None:
            say(f"written: {sink.path}", style="dim")
    held_back = [names[one.student] for one in found if not one.is_released]
    if held_back:
        say(f"not released to students: {listed(held_back, _MAX_NAMED)}", style="yellow")
    for one in refused:
        say(f"not graded: {one.why}", style="red")


def _final(at: Desk, student: str, known: Standings) -> FinalScores:
    whole: CourseAccount = known.account(at.policy, student, at.now)
    begun = at.assignments_of(known)
    scores = (final_score(slug, one) for slug, one in whole.by_assignment.items() if slug in begun)
    return FinalScores(student=student, name=at.names.get(student, ""), scores=tuple(scores), total=whole.total)
