"""
An assignment of nbgrader or otter as one of ours: read it, write it down, and make what our builder makes.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.building import Product, products_of
from grader.authoring.importing import nbgrader, otter
from grader.authoring.importing.draft import Draft, Todo
from grader.authoring.importing.notebook import cells_of, notebook_in
from grader.authoring.importing.prose import name_of
from grader.authoring.importing.writing import Written, written
from grader.authoring.scaffold import Scaffold, course_files, require_free
from grader.authoring.usable import require_usable
from grader.course import assignment as assignments
from grader.errors import UsageError

_TODO = "TODO"
_FILE = re.compile(r"(?<![\w/.])[\w-][\w./-]{0,150}\.\w{2,5}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a file that a person still has to touch."""

    file: str
    number: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.number}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """An imported assignment, ready to be written."""

    slug: str
    course: Path
    notebook: Path
    draft: Draft
    written: Written
    files: dict[str, str]
    """By their paths in the course: what was written down, and what the builder made of it."""
    beside: tuple[str, ...]
    """Files of the notebook's folder that it names: data, pictures, modules."""

    @property
    def todos(self) -> tuple[Todo, ...]:
        """What a person has to do by hand, in the order of the notebook."""
        found = list(self.draft.todos)
        for one in self.written.exercises:
            for check in one.checks:
                name = f"a {'hidden' if check.test.is_hidden else 'public'} test of {one.question.name}"
                found += (Todo(cell=check.test.cell, what=name, why=why) for why in check.reasons)
        return tuple(dict.fromkeys(sorted(found, key=lambda todo: todo.cell)))

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines of the new files that say what to do."""
        return tuple(
            Line(file=name, number=number, text=line.partition(_TODO)[2].lstrip(": "))
            for name, text in self.files.items()
            if not name.endswith(".ipynb")
            for number, line in enumerate(text.split("\n"), start=1)
            if _TODO in line
        )

    @property
    def tests(self) -> tuple[int, int, int]:
        """How many tests were carried over whole, how many in part, and how many there are."""
        checks = [check for one in self.written.exercises for check in one.checks]
        whole = sum(1 for check in checks if check.is_whole)
        return whole, sum(1 for check in checks if check.statements) - whole, len(checks)

    def write(self) -> None:
        """
        Write all files; none of them is there yet.

        Raises:
            UsageError: If one cannot be written.
        """
        files = self.files
        if not assignments.is_course(self.course):
            files = course_files(self.slug, self.course) | files
        Scaffold(course=self.course, slug=self.slug, files=files).write()


def imported(path: Path, course: Path, slug: str | None = None) -> Imported:
    """
    Read an assignment of nbgrader or otter; nothing of it is run.

    Args:
        path: Its source notebook, or the folder with it.
        slug: What it is to be called here; by default as the notebook is.

    Raises:
        UsageError: If it is none, cannot be read, or the name is taken; or nothing can be made of it.
    """
    notebook = notebook_in(path)
    cells = cells_of(notebook)
    slug = slug or name_of(notebook.stem, (), "assignment")
    require_free(slug, course)
    if otter.is_otter(cells):
        draft = otter.draft_of(cells)
    elif nbgrader.is_nbgrader(cells):
        draft = nbgrader.draft_of(cells)
    else:
        raise UsageError(
            f"{notebook}: no source of nbgrader or otter: no cell has metadata of nbgrader, and none begins with "
            "`# BEGIN QUESTION`"
        )
    if not draft.questions:
        raise UsageError(
            f"{notebook}: no question and no solution in it; is it what students got, instead of the source?"
        )
    made = written(draft, slug, notebook.name)
    with tempfile.TemporaryDirectory() as scratch:
        files = _built(made, slug, Path(scratch), notebook)
    beside = _files_beside(notebook, [cell.source for cell in cells])
    return Imported(slug=slug, course=course, notebook=notebook, draft=draft, written=made, files=files, beside=beside)


def _files_beside(notebook: Path, texts: Sequence[str]) -> tuple[str, ...]:
    named = dict.fromkeys(name for text in texts for name in _FILE.findall(text))
    return tuple(name for name in named if ".." not in name and (notebook.parent / name).is_file())


def _built(made: Written, slug: str, scratch: Path, notebook: Path) -> dict[str, str]:
    """Return the files with stub and notebook, after everything has been found to fit."""
    Scaffold(course=scratch, slug=slug, files=made.files).write()
    try:
        assignment = assignments.load(scratch, slug)
        products = products_of(assignment)
        require_usable(assignment)
    except UsageError as error:
        raise UsageError(
            f"{notebook}: what was made of it is no assignment: {str(error).replace(str(scratch), '…')}"
        ) from None
    finally:
        for cache in scratch.rglob("__pycache__"):
            shutil.rmtree(cache)
    return dict(made.files) | dict(_named(products, scratch))


def _named(products: Sequence[Product], scratch: Path) -> Iterator[tuple[str, str]]:
    for product in products:
        yield product.path.relative_to(scratch).as_posix(), product.content
