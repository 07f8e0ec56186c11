"""`grader gradescope`: the zip for the platform, and what runs there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader.cli.console import err, out
from grader.cli.options import CourseOption, SlugArgument, UnsafeOption, course_of
from grader.course import assignment as assignments
from grader.gradescope import Settings, Shown
from grader.keys import draw_secret
from grader.reports.escape import clean

_ZIP = "The zip to write; one that is there is replaced."
_WHEELS = "Folder of .whl files to install from, where the image has no package index: `pip download` fills it."
_HIDDEN = "When a student sees the hidden checks; while they are not shown, Gradescope shows no total either."
_MINUTES = "The timeout that the assignment has on Gradescope, in minutes; what runs longer is stopped there."
_LAYOUT = "Folder that is laid out as Gradescope's /autograder is."

ZipOption = Annotated[Path, typer.Option("--out", metavar="ZIP", help=_ZIP)]
WheelsOption = Annotated[Path | None, typer.Option("--wheels", metavar="DIR", help=_WHEELS)]
HiddenOption = Annotated[Shown, typer.Option("--hidden", help=_HIDDEN)]
MinutesOption = Annotated[int, typer.Option("--minutes", min=1, metavar="N", help=_MINUTES)]
LayoutOption = Annotated[Path, typer.Option("--root", metavar="DIR", help=_LAYOUT)]

gradescope_app = typer.Typer(
    help="Grade on Gradescope: make the zip to upload, and what runs there.", no_args_is_help=True
)


@gradescope_app.command()
def bundle(
    assignment: SlugArgument,
    out_zip: ZipOption = Path("autograder.zip"),
    hidden: HiddenOption = Shown.AFTER_PUBLISHED,
    minutes: MinutesOption = 10,
    wheels: WheelsOption = None,
    allow_unsafe_sandbox: UnsafeOption = False,
    course: CourseOption = None,
) -> None:
    """
    Make the zip to upload as the autograder of one assignment, and say what to choose on Gradescope.
    """
    from grader.gradescope import write_bundle

    loaded = assignments.load(course_of(course), assignment)
    chosen = Settings(
        assignment=assignment,
        hidden=hidden,
        minutes=minutes,
        allow_unsafe_sandbox=allow_unsafe_sandbox,
        secret=draw_secret(),
    )
    made = write_bundle(loaded, chosen, out_zip, wheels)
    by_hand = f" and manual grading for {made.points_by_hand} more" if made.points_by_hand else ""
    for line in (
        f"{made.path}: {made.size_bytes:,} bytes, to upload as the autograder of {loaded.title}",
        f"on Gradescope choose: {made.points} points{by_hand}, a container of {made.container}, "
        f"a timeout of {made.minutes} minutes",
    ):
        out.print(Text(line), soft_wrap=True)
    for warning in made.warnings:
        err.print(Text(f"warning: {warning}", style="yellow"), soft_wrap=True)


@gradescope_app.command()
def run(root: LayoutOption = Path("/autograder")) -> None:
    """
    Grade the one submission of a container of Gradescope and write its results.json; the zip starts this.

    Exit code 3 if there is no score, through no fault of the student.
    """
    from grader.gradescope import run_autograder

    ran = run_autograder(root)
    out.print(Text(clean(ran.log)), soft_wrap=True)
    raise typer.Exit(ran.exit_code)
