"""`grader handout`: what students get of an assignment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader.cli.console import err, out
from grader.cli.options import CourseOption, SlugArgument, course_of
from grader.course import assignment as assignments
from grader.reports.escape import clean

_ZIP = "The zip to write; one that is there is replaced. Default: ASSIGNMENT.zip, unless a repository is made."
_GIT = "A new repository to make, with one commit: a template for GitHub Classroom, for one."

ZipOption = Annotated[Path | None, typer.Option("--out", metavar="ZIP", help=_ZIP)]
GitOption = Annotated[Path | None, typer.Option("--git", metavar="DIR", help=_GIT)]


def handout(
    assignment: SlugArgument, out_zip: ZipOption = None, git: GitOption = None, course: CourseOption = None
) -> None:
    """
    Make what students get: the handout, the stub, the notebook and the public checks, and nothing that knows an answer.

    In the unzipped folder `grader check` works as it is.
    """
    from grader.handout import write_handout, write_repository

    loaded = assignments.load(course_of(course), assignment)
    made = []
    if git is not None:
        made.append((git, write_repository(loaded, git)))
    if out_zip is not None or git is None:
        target = out_zip or Path(f"{assignment}.zip")
        made.append((target, write_handout(loaded, target)))
    for path, contents in made:
        _say(f"{path}: {len(contents.files)} files: {', '.join(contents.files)}")
    notebook = Path(loaded.file).with_suffix(".ipynb").name
    sent = f"{loaded.file} or {notebook}" if notebook in contents.files else loaded.file
    _say(f"students go to the folder and run `grader check`; they hand in {sent}")
    if contents.left_out:
        _say(f"left out, since no handout has such files: {', '.join(contents.left_out)}")
    if not contents.is_compared:
        err.print(Text("warning: there is no solution here that it could be compared with", style="yellow"))


def _say(line: str) -> None:
    out.print(Text(clean(line)), soft_wrap=True)
