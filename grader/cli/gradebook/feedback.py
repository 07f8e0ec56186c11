"""`grader gradebook feedback`: a zip with a page for each student, as a course site takes it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader.bounded_read import read_bounded
from grader.cli.console import out, say
from grader.cli.exit_codes import ExitCode
from grader.cli.gradebook.counting import CountsOption, OptionalResults, as_handed_in
from grader.cli.gradebook.desk import BookOption
from grader.cli.options import CourseOption
from grader.listed import listed
from grader.model import Audience
from grader.reports.audience import for_audience
from grader.reports.escape import clean
from grader.reports.gradebook import feedback, sheet
from grader.reports.gradebook.feedback import Pages
from grader.reproducible_zip import Entry, write_zip

_MAX_NAMED = 20
_MAX_BYTES = 8 * 1024**2
_OUT = "The zip to write; one that is there is replaced."
_WORKSHEET = (
    "The grading worksheet that Moodle has exported: the assignment's Submissions > Download grading worksheet."
)

ZipOption = Annotated[Path, typer.Option("--out", metavar="ZIP", help=_OUT)]
WorksheetArgument = Annotated[Path, typer.Argument(metavar="WORKSHEET.csv", help=_WORKSHEET)]

feedback_app = typer.Typer(
    help="Make a zip of feedback, a page for each student, that Canvas or Moodle takes back.", no_args_is_help=True
)


@feedback_app.command("canvas")
def for_canvas(
    to: ZipOption,
    results: OptionalResults = None,
    assignment: CountsOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """
    Make the zip that Canvas takes by Re-Upload Submissions, from results of its download or the course's gradebook.

    Each page is what a student may see.  A submission must be called as in the download of all submissions: its numbers are
    those that Canvas asks for.  What is not is named and left out; the exit code is 2 then.
    """
    gradings, refused = as_handed_in(results, assignment, gradebook, course)
    _write(feedback.for_canvas(gradings, refused), to)


@feedback_app.command("moodle")
def for_moodle(
    worksheet: WorksheetArgument,
    to: ZipOption,
    results: OptionalResults = None,
    assignment: CountsOption = None,
    gradebook: BookOption = None,
    course: CourseOption = None,
) -> None:
    """
    Make the zip that Moodle takes by Upload multiple feedback files in a zip.

    Each page is what a student may see.  The worksheet says who is who, as where scores are filled in; each member of a group
    gets the page of the group.  What cannot be found, or may be of several, is named and left out; the exit code is 2 then.
    """
    table = sheet.read(read_bounded(worksheet, _MAX_BYTES, "worksheet"), str(worksheet))
    gradings, refused = as_handed_in(results, assignment, gradebook, course)
    _write(feedback.for_moodle(table, gradings, refused), to)


def _write(pages: Pages, to: Path) -> None:
    from grader.reports import html  # Jinja takes as long to load as the rest of a short command

    entries = [
        Entry(name=name, source=html.encode([for_audience(graded, Audience.STUDENT)])) for name, graded in pages.results
    ]
    write_zip(to, entries)
    count = "1 page of feedback" if len(entries) == 1 else f"{len(entries)} pages of feedback"
    out.print(Text(clean(f"{to}: {count}")), soft_wrap=True)
    for sentence in pages.left_alone:
        say(f"left alone: {sentence}", style="yellow")
    if pages.missing:
        say(f"no result for {len(pages.missing)}: {listed(pages.missing, _MAX_NAMED, '; ')}", style="yellow")
    for sentence in pages.unmatched:
        say(f"not in the zip: {sentence}", style="red")
    raise typer.Exit(ExitCode.WRONG if pages.unmatched else ExitCode.DONE)
