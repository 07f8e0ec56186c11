"""`gradebook canvas` and `moodle`: scores into the table that a course site has exported, to be imported there again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader.atomic_write import write_atomically
from grader.bounded_read import read_bounded
from grader.cli.console import out, say
from grader.cli.exit_codes import ExitCode
from grader.cli.gradebook.counting import CountsOption, OptionalResults, by_student
from grader.cli.gradebook.desk import BookOption
from grader.cli.options import CourseOption
from grader.errors import UsageError
from grader.listed import listed
from grader.model import Audience, GradedSubmission, Refused
from grader.reports.audience import for_audience
from grader.reports.escape import clean
from grader.reports.gradebook import canvas, moodle, sheet
from grader.reports.gradebook.matching import Filled

_MAX_NAMED = 20
_MAX_BYTES = 8 * 1024**2
_EXPORT = "The gradebook that Canvas has exported: Grades > Export > Export Entire Gradebook."
_WORKSHEET = (
    "The grading worksheet that Moodle has exported: the assignment's Submissions > Download grading worksheet."
)
_OUT = "Where the filled file is written, to be imported."
_COLUMN = (
    "The assignment: its header, its title without the number, or the number. Default: the title it has here, or the one column "
    "whose title ends with it or with the assignment's name."
)
_GRADE = "Header of the column of grades, where several may be it."
_FEEDBACK = "Header of the column of feedback, likewise."
_SCALE = "Convert scores where other points are possible there."
_PENDING = (
    "Enter scores of which some points are pending, graded by hand, as if these were 0. Without it such cells stay."
)
_AUDIENCE = "Who reads the feedback."

ExportArgument = Annotated[Path, typer.Argument(metavar="EXPORT.csv", help=_EXPORT)]
WorksheetArgument = Annotated[Path, typer.Argument(metavar="WORKSHEET.csv", help=_WORKSHEET)]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help=_OUT)]
ColumnOption = Annotated[str | None, typer.Option("--column", metavar="NAME", help=_COLUMN)]
GradeOption = Annotated[str | None, typer.Option("--column", metavar="NAME", help=_GRADE)]
FeedbackOption = Annotated[str | None, typer.Option("--feedback-column", metavar="NAME", help=_FEEDBACK)]
ScaleOption = Annotated[bool, typer.Option("--scale", help=_SCALE)]
PendingOption = Annotated[bool, typer.Option("--pending-as-zero", help=_PENDING)]
FeedbackAudienceOption = Annotated[Audience, typer.Option("--audience", help=_AUDIENCE)]

_Fill = Callable[[sheet.Sheet, list[GradedSubmission], list[Refused]], Filled]


def fill_canvas(
    export: ExportArgument,
    to: OutOption,
    results: OptionalResults = None,
    column: ColumnOption = None,
    scale: ScaleOption = False,
    pending_as_zero: PendingOption = False,
    assignment: CountsOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """
    Fill one column of a gradebook of Canvas from stored results, or from what counts in the gradebook of the course.

    A submission is found by the number in the name that Canvas gave its file, or by ID, SIS ID, login or name.  What cannot be
    found, or may be of several students, is named and left out; the exit code is 2 then.
    """

    def fill(table: sheet.Sheet, graded: list[GradedSubmission], refused: list[Refused]) -> Filled:
        return canvas.fill(table, graded, refused, column=column, scale=scale, pending_as_zero=pending_as_zero)

    _filled(export, by_student(results, assignment, gradebook, course), to, fill)


def fill_moodle(
    worksheet: WorksheetArgument,
    to: OutOption,
    results: OptionalResults = None,
    column: GradeOption = None,
    feedback_column: FeedbackOption = None,
    scale: ScaleOption = False,
    pending_as_zero: PendingOption = False,
    audience: FeedbackAudienceOption = Audience.STUDENT,
    assignment: CountsOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """
    Fill grades and feedback into a grading worksheet of Moodle, in any language, from stored results or the course's gradebook.

    A submission is found by the number and the name in what Moodle called its folder, or by what identifies a participant.  What
    cannot be found, or may be of several, is named and left out; the exit code is 2 then.
    """

    def fill(table: sheet.Sheet, graded: list[GradedSubmission], refused: list[Refused]) -> Filled:
        shown = [for_audience(one, audience) for one in graded]
        return moodle.fill(
            table,
            shown,
            refused,
            column=column,
            feedback_column=feedback_column,
            scale=scale,
            pending_as_zero=pending_as_zero,
        )

    _filled(worksheet, by_student(results, assignment, gradebook, course), to, fill)


def _filled(source: Path, found: tuple[list[GradedSubmission], list[Refused]], to: Path, fill: _Fill) -> None:
    if to.resolve() == source.resolve():
        raise UsageError(f"--out {to}: this is the file that is filled in; give the result another name")
    table = sheet.read(read_bounded(source, _MAX_BYTES, "gradebook"), str(source))
    gradings, refused = found
    filled = fill(table, gradings, refused)
    try:
        write_atomically(to, filled.content)
    except OSError as error:
        raise UsageError(f"--out {to}: cannot be written: {error.strerror}") from None
    into = f", into {filled.column}" if filled.column else ""
    count = f"{filled.scores} of {len(gradings) + len(refused)}"
    out.print(Text(clean(f"{to}: {count} scores are filled in{into}")), soft_wrap=True)
    for sentence in filled.replaced:
        say(f"replaced: {sentence}", style="yellow")
    for sentence in filled.left_alone:
        say(f"left alone: {sentence}", style="yellow")
    if filled.missing:
        say(f"no result for {len(filled.missing)}: {listed(filled.missing, _MAX_NAMED, '; ')}", style="yellow")
    for sentence in filled.unmatched:
        say(f"not filled in: {sentence}", style="red")
    raise typer.Exit(ExitCode.WRONG if filled.unmatched else ExitCode.DONE)
