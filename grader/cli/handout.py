"""`grader handout`: what students get of assignments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from grader.cli.console import err, out
from grader.cli.options import CourseOption, course_of
from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.reports.escape import clean

if TYPE_CHECKING:
    from grader.handout import Contents, Handout

_SLUGS = "Names of assignments; see `grader list`."
_ALL = "All assignments of the course, in its order, with a README.md that has their due dates."
_OUT = (
    "The zip to write; one that is there is replaced. A name without `.zip` at its end is a new folder. Default: "
    "ASSIGNMENT.zip, or course.zip of several, unless a repository is made."
)
_GIT = "A new repository to make, with one commit: a template for GitHub Classroom, for one."
_UPDATE = (
    "What was handed out before. Of a zip, makes the new one and beside it NAME-update.zip, with what has changed alone; of a "
    "repository that --git made, adds a commit to it."
)

SlugsArgument = Annotated[list[str] | None, typer.Argument(metavar="[ASSIGNMENT]...", help=_SLUGS, show_default=False)]
AllOption = Annotated[bool, typer.Option("--all", help=_ALL)]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="ZIP|DIR", help=_OUT)]
GitOption = Annotated[Path | None, typer.Option("--git", metavar="DIR", help=_GIT)]
UpdateOption = Annotated[Path | None, typer.Option("--update", metavar="OLD", help=_UPDATE)]


def handout(
    assignment: SlugsArgument = None,
    every: AllOption = False,
    target: OutOption = None,
    git: GitOption = None,
    update: UpdateOption = None,
    course: CourseOption = None,
) -> None:
    """
    Make what students get: the handout, the stub, the notebook and the public checks, and nothing that knows an answer.

    `grader start` unpacks it, and brings one that was given out before up to date; in its folder `grader check` works as it is.
    """
    from grader.classroom.policies import load
    from grader.handout import contents_of, course_handout, handout_of

    folder, named = course_of(course), tuple(dict.fromkeys(assignment or ()))
    contents = [contents_of(assignments.load(folder, slug)) for slug in _slugs(folder, named, every)]
    is_several = every or len(named) > 1
    made = course_handout(contents, load(folder)) if is_several else handout_of(contents)
    default = Path("course.zip" if is_several else f"{named[0]}.zip")
    if update is None:
        _write(made, target or (default if git is None else None), git)
    elif update.is_dir():
        if git is not None:
            raise UsageError(f"--git {git}: the commit is added to {update}; leave out --git")
        _write(made, target, None)
        _commit(made, update)
    else:
        _write_after(made, update, target or default, git)
    _say_to_whom(made.contents)


def _slugs(folder: Path, named: tuple[str, ...], every: bool) -> tuple[str, ...]:
    if every and named:
        raise UsageError(f"--all: takes every assignment; leave out {', '.join(named)}, or --all")
    if not (every or named):
        raise UsageError("name an assignment, or several; --all takes those of the whole course")
    return assignments.slugs(folder) if every else named


def _write(made: Handout, target: Path | None, git: Path | None) -> None:
    from grader.handout import write_folder, write_handout, write_repository

    if git is not None:
        write_repository(made, git)
        _say(f"{git}: {_held(made)}")
    if target is not None:
        (write_handout if _is_zip(target) else write_folder)(made, target)
        _say(f"{target}: {_held(made)}")


def _write_after(made: Handout, before: Path, target: Path, git: Path | None) -> None:
    """Write a handout that follows the one of a zip, and what has changed."""
    from grader.handout import changes_of, only_changed, parts_of_zip, write_handout

    earlier = parts_of_zip(before)
    following, changes = made.after(earlier, str(before)), changes_of(made, earlier)
    if changes:
        name = target.stem if _is_zip(target) else target.name
        update = target.with_name(f"{name}-update.zip")
        write_handout(only_changed(following, earlier), update)
        _say(f"{update}: since {before} {changes}")
    else:
        _say(f"nothing has changed since {before}")
    _write(following, target, git)


def _commit(made: Handout, template: Path) -> None:
    from grader.handout import update_repository

    done = update_repository(made, template)
    if done.commit:
        _say(f"{template}: commit {done.commit[:12]} on {done.branch}: {done.changes}")
    else:
        _say(f"{template}: nothing has changed")
    if done.left:
        _say(f"left alone, since they were edited there: {', '.join(done.left)}")


def _is_zip(target: Path) -> bool:
    return target.suffix.lower() == ".zip"


def _held(made: Handout) -> str:
    """Say what is in a handout: of one assignment every file."""
    if len(made.parts) == 1:
        files = made.files_at_the_root
        return f"{len(files)} files: {', '.join(files)}"
    parts = [f"{part.folder}/ ({len(part.files)})" if part.folder else ", ".join(part.files) for part in made.parts]
    return f"{len(made.files)} files: {', '.join(parts)}"


def _say_to_whom(contents: Sequence[Contents]) -> None:
    """Say what students do with it, and what is not in it."""
    outgoing = [" or ".join(filter(None, (one.assignment.file, one.notebook))) for one in contents]
    _say(f"students run `grader start` and, in the folder, `grader check`; they hand in {', '.join(outgoing)}")
    left_out = [
        f"{one.assignment.slug}/{name}" if len(contents) > 1 else name for one in contents for name in one.left_out
    ]
    if left_out:
        _say(f"left out, since no handout has such files: {', '.join(left_out)}")
    if not all(one.is_compared for one in contents):
        err.print(Text("warning: there is no solution here that it could be compared with", style="yellow"))


def _say(line: str) -> None:
    out.print(Text(clean(line)), soft_wrap=True)
