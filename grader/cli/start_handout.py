"""`grader start`: unpack a handout, or bring one that lies there up to date, and say what to do next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from grader.cli.console import err, out
from grader.course import assignment as assignments
from grader.reports.escape import clean

if TYPE_CHECKING:
    from grader.handout import Started

_ZIP = "The handout that you were given, or an update of it."
_DIR = "Where to unpack it, or where it lies already. Default: here."

ZipArgument = Annotated[Path, typer.Argument(metavar="ZIP", help=_ZIP, show_default=False)]
FolderArgument = Annotated[Path, typer.Argument(metavar="[DIR]", help=_DIR, show_default=False)]


def start(handout: ZipArgument, folder: FolderArgument = Path()) -> None:
    """
    Begin with what you were given: unpack it, or bring it up to date with a newer one.

    A file that you have edited is never touched; a new version of it is laid beside it.  It can be run as often as you like.
    """
    from grader.handout import parts_of_zip
    from grader.handout import start as unpack

    done = unpack(parts_of_zip(handout), str(handout), folder)
    for one in done:
        for line in _told(one):
            out.print(Text(clean(line)), soft_wrap=True)
        for left in one.left:
            err.print(
                Text(clean(f"left alone: {_shown(one.folder / left.name)}: {left.why}"), style="yellow"), soft_wrap=True
            )
    for line in _next(done):
        out.print(Text(clean(line)), soft_wrap=True)


def _told(one: Started) -> Iterator[str]:
    """Say what became of a folder."""
    if not one.was_there:
        yield f"{one.slug}: {len(one.added)} files" if one.slug else f"{', '.join(one.added)}: of all assignments"
        return
    kinds = {"changed": one.replaced, "new": one.added, "removed": one.removed}
    said = "; ".join(f"{kind}: {', '.join(names)}" for kind, names in kinds.items() if names)
    yield f"{one.slug or 'beside the assignments'}: {said or 'nothing to change'}"


def _next(done: tuple[Started, ...]) -> Iterator[str]:
    """Say what to do now: which file to write, and how it is checked."""
    begun = [one for one in done if one.slug]
    for one in begun:
        assignment = assignments.load(one.folder, one.slug)
        notebook = Path(assignment.file).with_suffix(".ipynb").name
        names = [name for name in (assignment.file, notebook) if (one.folder / name).exists()]
        files = " or ".join(_shown(one.folder / name) for name in names or [assignment.file])
        yield f"{assignment.title}: read {_shown(one.folder / 'README.md')}, write {files}"
    if begun:
        where = _shown(begun[0].folder)
        there = "" if where == "." else f"cd {shlex.quote(where)} && "
        yield f"check it: {there}grader check"


def _shown(path: Path) -> str:
    return os.path.normpath(path)
