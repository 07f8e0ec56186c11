"""The options that several commands have, and what is made of their values."""

from __future__ import annotations

import enum
import os
from pathlib import Path
from typing import Annotated

import typer

from grader import submission as submissions
from grader.cli import panels
from grader.course import assignment as assignments
from grader.datasets import EMBEDDED, Task, task_of
from grader.errors import UsageError
from grader.keys import checked_secret, draw_secret, public_keys
from grader.model import Assignment, Extent


class SandboxName(enum.StrEnum):
    """A place for student code to run."""

    AUTO = "auto"
    BUBBLEWRAP = "bubblewrap"
    LOCAL = "local"
    DOCKER = "docker"


_COURSE = "The course: a folder with `assignments/`, or one that was handed out. Default: found upward from here."
_SLUG = "Name of the assignment; see `grader list`."
_EXECUTE = "Run the whole notebook or script, training and plots included, instead of taking its definitions."
_SANDBOX = "Where student code runs; auto takes the strongest that holds here."
_SEED = (
    "Repeats a grading: the same text asks the same questions. Default: drawn, and recorded for staff. A short one is for "
    "trying things out: a submission could find it by trying."
)
_DATA = "Data set that networks are trained on; default: the assignment's, which needs no download."
_DATA_ROOT = "Where real data lie: a folder of `grader data fetch`, one in torchvision's layout, or an .npz."
_CORES = "Processors that each submission may compute on."
_UNSAFE = "Grade even where the sandbox does not keep its promises: only for code that you trust."

CourseOption = Annotated[Path | None, typer.Option("--course", metavar="DIR", envvar="GRADER_COURSE", help=_COURSE)]
SlugArgument = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help=_SLUG)]
ExecuteOption = Annotated[bool, typer.Option("--execute", help=_EXECUTE, rich_help_panel=panels.RUNS)]
SandboxOption = Annotated[SandboxName, typer.Option("--sandbox", help=_SANDBOX, rich_help_panel=panels.RUNS)]
SeedOption = Annotated[str | None, typer.Option("--seed", metavar="TEXT", help=_SEED, rich_help_panel=panels.RUNS)]
DataOption = Annotated[str | None, typer.Option("--data", metavar="NAME", help=_DATA, rich_help_panel=panels.RUNS)]
DataRootOption = Annotated[
    Path | None, typer.Option("--data-root", metavar="DIR", help=_DATA_ROOT, rich_help_panel=panels.RUNS)
]
CoresOption = Annotated[int, typer.Option("--cores", min=1, metavar="N", help=_CORES, rich_help_panel=panels.RUNS)]
UnsafeOption = Annotated[bool, typer.Option("--allow-unsafe-sandbox", help=_UNSAFE, rich_help_panel=panels.RUNS)]


def course_of(given: Path | None) -> Path:
    """
    Return the folder of the course: the one that is given, or the one around the current folder.

    Raises:
        UsageError: If it is none.
    """
    if given is None:
        return assignments.find_course(Path.cwd().resolve())
    if not assignments.is_course(given):
        raise UsageError(
            f"--course {given}: there is no `assignments/` folder with an assignment in it, and it is no handout"
        )
    return given.resolve()


def reader(execute: bool) -> submissions.Reader:
    """Return how submissions are read: to be graded by their definitions, or to be run whole."""
    return submissions.reader(Extent.WHOLE if execute else Extent.DEFINITIONS)


def task(assignment: Assignment, data: str | None, root: Path | None) -> Task | None:
    """
    Return what networks are trained on; real data are read now, so that what is wrong with them is said at once.

    Raises:
        UsageError: If *data* and *root* do not go together.
    """
    together(data, root)
    chosen = task_of(assignment, data, root)
    if chosen is not None and data is not None:
        chosen.data(public_keys("are they there").data)
    return chosen


def together(data: str | None, root: Path | None) -> None:
    """Raise UsageError if a data set and where it lies do not go together."""
    if root is not None and data is None:
        raise UsageError(f"--data-root {root}: name the data as well, with --data cifar10, for one")
    if root is not None and data in EMBEDDED:
        raise UsageError(f"--data-root {root}: `{data}` needs none, it is made here")


def secret(seed: str | None) -> str:
    """
    Return the secret of a grading: the one that is given, or a new one.

    Raises:
        UsageError: If it cannot be one.
    """
    return draw_secret() if seed is None else checked_secret(seed)


def cores_there(cores: int) -> int:
    """
    Return *cores*.

    Raises:
        UsageError: If this machine has fewer.
    """
    there = os.cpu_count() or 1
    if cores > there:
        raise UsageError(f"--cores {cores}: this machine has {there}")
    return cores
