"""`grader new`: an assignment to begin with, complete and ready to grade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader.authoring import Kind, scaffold_of
from grader.cli.build import build_all
from grader.cli.console import out
from grader.cli.exit_codes import ExitCode
from grader.course import assignment as assignments
from grader.errors import AssignmentError
from grader.reports.escape import clean

_SLUG = "Name of the assignment, and of the file that students write: a Python identifier, such as `receptive_field`."
_FROM = "What students write in it: functions, a class, a network, or a training loop."
_COURSE = "The course. Default: found upward from here; where there is none, this folder becomes one."

SlugArgument = Annotated[str, typer.Argument(metavar="SLUG", help=_SLUG)]
FromOption = Annotated[Kind, typer.Option("--from", help=_FROM)]
FolderOption = Annotated[Path | None, typer.Option("--course", metavar="DIR", envvar="GRADER_COURSE", help=_COURSE)]


def new(slug: SlugArgument, kind: FromOption = Kind.FUNCTIONS, course: FolderOption = None) -> ExitCode:
    """
    Begin an assignment: handout, solution with markers, a public and a hidden check, and specimens; then build it.

    It can be graded as it is, and each file says what to change.  In a folder that is no course, a course is made.
    """
    folder = _folder(course)
    made = scaffold_of(slug, kind, folder)
    made.write()
    for name in made.files:
        _say(f"{name}: written")
    ended = build_all(folder, (slug,))
    _say(
        f"next: change solutions/{slug}/{slug}.py and run `grader build {slug}`; `grader grade {slug} solutions/{slug}/specimens`"
    )
    return ended


def _folder(given: Path | None) -> Path:
    if given is not None:
        return given.resolve()
    here = Path.cwd().resolve()
    try:
        return assignments.find_course(here)
    except AssignmentError:
        return here


def _say(line: str) -> None:
    out.print(Text(clean(line)), soft_wrap=True)
