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
from grader.reports.escape import clean

if TYPE_CHECKING:
    from grader.authoring import Product

_SLUG = "Name of the assignment; see `grader list`. Default: all of the course."
_CHECK = "Write nothing; exit code 1 if a file is not as its source makes it."

SlugArgument = Annotated[str | None, typer.Argument(metavar="ASSIGNMENT", help=_SLUG, show_default=False)]
CheckOption = Annotated[bool, typer.Option("--check", help=_CHECK)]


def build(assignment: SlugArgument = None, check: CheckOption = False, course: CourseOption = None) -> ExitCode:
    """
    Make stub and notebook of an assignment from its solution, in which markers stand around what students write.

    Says what is wrong with checks, known mistakes and specimens as well, before anything is written.
    """
    folder = course_of(course)
    slugs = assignments.slugs(folder) if assignment is None else (assignment,)
    return build_all(folder, slugs, check=check)


def build_all(course: Path, slugs: tuple[str, ...], *, check: bool = False) -> ExitCode:
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
    if check and stale:
        _say("run `grader build` to write what is stale")
        return ExitCode.LACKING
    return ExitCode.DONE


def _staleness(product: Product) -> str:
    difference = product.difference
    return "stale, not there yet" if difference is None else f"stale, {difference}"


def _say(line: str) -> None:
    out.print(Text(clean(line)), soft_wrap=True)
