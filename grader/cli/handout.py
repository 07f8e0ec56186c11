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
    from grader.handout import contents_of, write_handout, write_repository

    loaded = assignments.load(course_of(course), assignment)
    contents = contents_of(loaded)
    target = out_zip or (Path(f"{assignment}.zip") if git is None else None)
    if git is not None:
        write_repository(contents, git)
    if target is not None:
        write_handout(contents, target)
    for path in filter(None, (git, target)):
        _say(f"{path}: {len(contents.files)} files: {', '.join(contents.files)}")
    outgoing = " or ".join(filter(None, (loaded.file, contents.notebook)))
    _say(f"students go to the folder and run `grader check`; they hand in {outgoing}")
    if contents.left_out:
        _say(f"left out, since no handout has such files: {', '.join(contents.left_out)}")
    if not contents.is_compared:
        err.print(Text("warning: there is no solution here that it could be compared with", style="yellow"))


def _say(line: str) -> None:
    out.print(Text(clean(line)), soft_wrap=True)
