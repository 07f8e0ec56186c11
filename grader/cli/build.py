"""`grader build`: stub and notebook of an assignment, from its solution with markers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from grader.cli.console import out
from grader.cli.exit_codes import ExitCode
from grader.cli.options import CourseOption, course_of
from grader.course import assignment as assignments
from grader.diagnosis import HINTS_FILE
from grader.errors import UsageError
from grader.listed import listed
from grader.model import Assignment
from grader.reports.escape import clean

if TYPE_CHECKING:
    from grader.authoring import Product

_SLUG = "Name of the assignment; see `grader list`. Default: all of the course."
_HINTS = "Make hints.msgpack anew as well, which names mistakes in functions where there is no solution; takes minutes."
_CHECK = "Write nothing; exit code 1 if a file is not as its source makes it."

_SHOWN = 4

SlugArgument = Annotated[str | None, typer.Argument(metavar="ASSIGNMENT", help=_SLUG, show_default=False)]
CheckOption = Annotated[bool, typer.Option("--check", help=_CHECK)]
HintsOption = Annotated[bool, typer.Option("--hints", help=_HINTS)]


def build(
    assignment: SlugArgument = None,
    check: CheckOption = False,
    hints: HintsOption = False,
    course: CourseOption = None,
) -> ExitCode:
    """
    Make stub and notebook of an assignment from its solution, in which markers stand around what students write.

    Says what is wrong with checks, known mistakes and specimens as well, before anything is written, and whether the hints that
    students get are still those of the checks and the solution.
    """
    if check and hints:
        raise UsageError("--check --hints: one writes nothing and the other hints; leave one of them out")
    folder = course_of(course)
    slugs = assignments.slugs(folder) if assignment is None else (assignment,)
    return build_all(folder, slugs, check=check, hints=hints)


def build_all(course: Path, slugs: tuple[str, ...], *, check: bool = False, hints: bool = False) -> ExitCode:
    """Make the files of some assignments, or look whether they are up to date, and say so file by file."""
    from grader.authoring import products_of, require_usable

    loaded = [assignments.load(course, slug) for slug in slugs]
    products = [product for one in loaded for product in products_of(one)]
    for one in loaded:
        require_usable(one)
    stale = [product for product in products if not product.is_current]
    for product in products:
        name = product.path.relative_to(course)
        if product not in stale:
            _say(f"{name}: unchanged")
        elif check:
            _say(f"{name}: {_staleness(product)}")
        else:
            product.write()
            _say(f"{name}: written")
    stale_hints = [
        one for one in loaded if _said_of_hints(one, course, hints)
    ]  # last: the reference may just have been made
    if check and (stale or stale_hints):
        if stale:
            _say("run `grader build` to write what is stale")
        return ExitCode.LACKING
    return ExitCode.DONE


def _said_of_hints(assignment: Assignment, course: Path, make: bool) -> bool:
    """Say how the hints of an assignment are, after making them if that is asked for; returns whether they are stale."""
    from grader.handout import HintsState, hints_state, write_hints

    name = (assignment.folder / HINTS_FILE).relative_to(course)
    if make:
        _say(
            f"{name}: {'written' if write_hints(assignment) else 'not needed, no function is asked with values alone'}"
        )
        return False
    state, changed = hints_state(assignment)
    if state is HintsState.STALE:
        remedy = f"`grader build {assignment.slug} --hints` makes it anew"
        _say(f"{name}: stale, changed since are {listed(changed, _SHOWN)}; {remedy}")
    elif state is HintsState.CURRENT:
        _say(f"{name}: unchanged")
    return state is HintsState.STALE


def _staleness(product: Product) -> str:
    difference = product.difference
    return "stale, not there yet" if difference is None else f"stale, {difference}"


def _say(line: str) -> None:
    out.print(Text(clean(line)), soft_wrap=True)
