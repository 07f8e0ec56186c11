"""
The points of each exercise, as the handout has them: the first table of its README with a column `points`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.grading import Check
from grader.model import Assignment, Exercise

HANDOUT = "README.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the table."""

    cells: tuple[str, ...]
    """Without marks of Markdown."""
    points: int

    def is_of(self, exercise: Exercise) -> bool:
        """Return whether a cell has the title or the name of an exercise, or all names that it asks for."""
        named = {frozenset(re.split(r"\W+", cell)) - {"and", ""} for cell in self.cells}
        return bool({exercise.title, exercise.name} & {*self.cells}) or frozenset(exercise.provides) in named


def disagreement(assignment: Assignment, checks: tuple[Check, ...]) -> str:
    """Return what the table says otherwise than the checks; empty where they agree, or it is no table of exercises."""
    rows = rows_of(assignment.folder / HANDOUT)
    if not any(row.is_of(exercise) for row in rows for exercise in assignment.exercises):
        return ""
    return "; ".join(_disagreements(assignment, checks, rows))


def _disagreements(assignment: Assignment, checks: tuple[Check, ...], rows: Sequence[Row]) -> Iterator[str]:
    for exercise in assignment.exercises:
        points = sum(check.points for check in checks if check.exercise == exercise.name)
        own = [row for row in rows if exercise.title in row.cells] or [row for row in rows if row.is_of(exercise)]
        if not own:
            yield f"the handout's table has no row {exercise.title!r}"
        elif own[0].points != points:
            yield f"{exercise.title}: {own[0].points} points in the handout, {points} in the checks"


def rows_of(readme: Path) -> tuple[Row, ...]:
    """Return the rows of the first table with a column `points`; none where there is no such table."""
    return tuple(_rows(readme)) if readme.is_file() else ()


def _rows(readme: Path) -> Iterator[Row]:
    columns: list[str] = []
    for line in readme.read_text(encoding="utf-8").splitlines():
        cells = [re.sub(r"[*`]", "", cell).strip() for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            if columns:
                return
        elif not columns:
            names = [cell.lower() for cell in cells]
            columns = names if "points" in names else []
        elif len(cells) == len(columns):
            points = cells[columns.index("points")]
            if points.isdigit():
                yield Row(cells=tuple(cells), points=int(points))
