"""
The files of an assignment that are made of its source: stub, notebook and, of a notebook, the reference.
"""

from __future__ import annotations

import ast
import difflib
import itertools
from dataclasses import dataclass
from pathlib import Path

from grader.atomic_write import write_atomically
from grader.authoring.percent import notebook_of
from grader.authoring.source import Source, source_of
from grader.errors import AssignmentError, UsageError
from grader.model import Assignment


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a file first differs from what is made; a side that has ended is None."""

    line: int
    there: str | None
    made: str | None

    def __str__(self) -> str:
        sides = ("the end" if side is None else f"`{side.strip()}`" for side in (self.there, self.made))
        return "line {} is {} and would be {}".format(self.line, *sides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A file that is made of a source."""

    path: Path
    content: str

    @property
    def is_current(self) -> bool:
        """Whether the file is there and as it would be made now."""
        return self._there() == self.content

    @property
    def difference(self) -> Difference | None:
        """Return where the file differs first; None where it does not, or is not there."""
        there = self._there()
        if there is None or there == self.content:
            return None
        pairs = itertools.zip_longest(there.split("\n"), self.content.split("\n"))
        line, (old, new) = next((number, pair) for number, pair in enumerate(pairs, start=1) if pair[0] != pair[1])
        return Difference(line, old, new)

    def write(self) -> None:
        """
        Write the file, whole or not at all.

        Raises:
            UsageError: If that cannot be done.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, self.content.encode())
        except OSError as error:
            raise UsageError(f"{self.path}: cannot be written: {error.strerror}") from None

    def _there(self) -> str | None:
        try:
            return self.path.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return None


def products_of(assignment: Assignment) -> tuple[Product, ...]:
    """
    Return the files that are made of the source of an assignment.

    Raises:
        AssignmentError: If the source cannot be used.
    """
    source = source_of(assignment)
    _require_names(source, assignment)
    stub = assignment.folder / assignment.file
    products = [
        Product(path=stub, content=source.stub),
        Product(path=stub.with_suffix(".ipynb"), content=notebook_of(source.stub, source.path)),
    ]
    if source.reference is not None and assignment.solution is not None:
        products.append(Product(path=assignment.solution / assignment.file, content=source.reference))
    return tuple(products)


def _require_names(source: Source, assignment: Assignment) -> None:
    """Require that students find in the stub whatever an exercise asks for."""
    there = {
        node.name
        for node in ast.parse(source.stub).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    for exercise in assignment.exercises:
        for name in exercise.provides:
            if name not in there:
                near = difflib.get_close_matches(name, there, n=1)
                meant = f"did you mean {near[0]}?" if near else "leave its `def` or `class` line outside of the markers"
                raise AssignmentError(
                    f"{source.path}: the exercise {exercise.name} provides `{name}`, which its stub does not define; {meant}"
                )
