"""`grader import`: an assignment of nbgrader or otter as one of this course."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from grader.cli.console import out
from grader.cli.exit_codes import ExitCode
from grader.course import assignment as assignments
from grader.errors import AssignmentError, UsageError
from grader.listed import listed
from grader.reports.escape import clean

if TYPE_CHECKING:
    from grader.authoring import Imported


class Origin(enum.StrEnum):
    """What an assignment was made for."""

    NBGRADER = "nbgrader"
    OTTER = "otter"


_KIND = "What the notebook was written for."
_PATH = "The source notebook, with its solutions; or the folder with it."
_SLUG = "Name of the assignment here, a Python identifier. Default: as the notebook is called."
_INTO = "The course. Default: found upward from here; where there is none, this folder becomes one."

KindArgument = Annotated[Origin, typer.Argument(metavar="nbgrader|otter", help=_KIND)]
PathArgument = Annotated[Path, typer.Argument(metavar="PATH", help=_PATH)]
SlugOption = Annotated[str | None, typer.Option("--slug", metavar="NAME", help=_SLUG)]
IntoOption = Annotated[Path | None, typer.Option("--into", metavar="COURSE", envvar="GRADER_COURSE", help=_INTO)]


def import_assignment(
    kind: KindArgument, path: PathArgument, slug: SlugOption = None, into: IntoOption = None
) -> ExitCode:
    """
    Make an assignment of a source notebook of nbgrader or otter-grader: its solution with markers, handout and checks.

    The notebook is parsed and never run.  What cannot be carried over soundly becomes a comment with TODO, and is listed here:
    then the exit code is 1.
    """
    from grader.authoring import imported

    made = imported(path, _folder(into), slug)
    if made.draft.kind != kind.value:
        raise UsageError(
            f"{made.notebook}: is a notebook of {made.draft.kind}; say `grader import {made.draft.kind} …`"
        )
    made.write()
    _report(made)
    return ExitCode.LACKING if made.todos or made.lines else ExitCode.DONE


def _folder(given: Path | None) -> Path:
    if given is not None:
        return given.resolve()
    here = Path.cwd().resolve()
    try:
        return assignments.find_course(here)
    except AssignmentError:
        return here


def _report(made: Imported) -> None:
    for name in made.files:
        _say(f"{name}: written")
    _say("")
    for one in made.written.exercises:
        by_hand = [f"{len(one.question.by_hand)} by hand"] if one.question.by_hand else []
        checks = (
            [f"{sum(1 for check in one.checks if check.statements)} of {len(one.checks)} tests"] if one.checks else []
        )
        _say(f"{one.question.name}: {', '.join([*checks, *by_hand]) or 'no tests'}; {one.question.title}")
    whole, in_part, count = made.tests
    _say("")
    _say(f"tests carried over: {whole} of {count}" + (f", and {in_part} in part" if in_part else ""))
    for note in made.written.notes:
        _say(f"note: {note}")
    if made.todos:
        _say("")
        _say("to do by hand:")
    for todo in made.todos:
        _say(f"  {todo}")
    if made.lines:
        _say("")
        _say("lines to touch:")
    for line in made.lines:
        _say(f"  {line}")
    if made.beside:
        _say("")
        _say(f"not copied, though the notebook names them: {listed(made.beside, 10)}")
    _say("")
    solution = f"solutions/{made.slug}/{made.slug}.py"
    _say(f"next: `grader grade {made.slug} {solution}`: the solution gets full points, or a check is wrong")


def _say(line: str) -> None:
    out.print(Text(clean(line)), soft_wrap=True)
