"""`grader pack`: what a student hands in, as one zip."""

from __future__ import annotations

import time
import zipfile
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader import submission as submissions
from grader.cli.asked_for import asked_for
from grader.cli.console import err, out
from grader.cli.options import CourseOption, course_of
from grader.errors import UsageError
from grader.model import Assignment
from grader.reports.escape import clean
from grader.reproducible_zip import Entry, write_zip

_WORDS = (
    "Assignment, and your file, notebook or folder.  Each may be left out: the assignment in a folder that was handed out, the "
    "file for what defines what is asked for, here or in the course."
)
_ZIP = "The zip to write; one that is there is replaced. Default: ASSIGNMENT.zip, here."
_MAX_NOTES = 6

WordsArgument = Annotated[list[str] | None, typer.Argument(metavar="[ASSIGNMENT] [PATH]", help=_WORDS)]
ZipOption = Annotated[Path | None, typer.Option("--out", metavar="ZIP", help=_ZIP)]


def pack(words: WordsArgument = None, out_zip: ZipOption = None, course: CourseOption = None) -> None:
    """
    Make the zip to hand in: your file, what it imports, and the answers that people grade.

    Says which file counts, which cells of a notebook, and what is left out of grading.
    """
    asked = asked_for(words or [], course_of(course))
    if asked.exercises:
        raise UsageError(f"what is handed in is one for all exercises: leave out {', '.join(asked.exercises)}")
    assignment = asked.assignment
    path = asked.path or default_path(assignment)
    if path.is_file() and zipfile.is_zipfile(path):
        raise UsageError(f"{path}: is packed already; hand it in as it is")
    submission = submissions.read(path, assignment)
    folder = path if path.is_dir() else path.parent
    found = submissions.handed_in(submission, folder, assignment)
    target = out_zip or Path(f"{assignment.slug}.zip")
    write_zip(target, (Entry(name=name, source=folder / name) for name in found.files))
    graded = folder / found.files[0]
    _say(f"{target}: {', '.join(found.files)}")
    cells = f"{_cells(found.cells)} of " if found.cells else ""
    saved = time.strftime("%Y-%m-%d %H:%M", time.localtime(graded.stat().st_mtime))
    _say(f"graded: {cells}{found.files[0]}, saved on {saved}")
    for note in submission.omitted[:_MAX_NOTES]:
        _say(f"not graded: {note}")
    if len(submission.omitted) > _MAX_NOTES:
        _say(f"not graded: {len(submission.omitted) - _MAX_NOTES} more, which `grader check` lists")
    for name in found.missing:
        _warn(f"{name} is not here: an answer is expected in it, which people grade; write it, and pack it again")
    if found.newer_checkpoint is not None:
        _warn(
            f"{found.newer_checkpoint} is newer than the notebook: save the notebook in your editor, and pack it again"
        )
    if submission.problem is not None:
        _warn(f"this cannot be graded as it is: {submission.problem.message}")
        raise typer.Exit(1)


def default_path(assignment: Assignment) -> Path:
    """Return the file that is meant where none is named: here, or else in the course, by the rule for folders."""
    found = (submissions.default_file(folder, assignment) for folder in (Path.cwd(), assignment.folder))
    return next(filter(None, found), assignment.folder / assignment.file)


def _cells(numbers: tuple[int, ...]) -> str:
    """Write 1, 2, 3, 5 as "cells 1 to 3, 5"."""
    runs = []
    for _key, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        some = [number for _place, number in run]
        runs.append(str(some[0]) if len(some) == 1 else f"{some[0]} to {some[-1]}")
    return ("cell " if len(numbers) == 1 else "cells ") + ", ".join(runs)


def _say(line: str) -> None:
    out.print(Text(clean(line)), soft_wrap=True)


def _warn(line: str) -> None:
    err.print(Text(clean(f"warning: {line}"), style="yellow"), soft_wrap=True)
