"""
The points of each exercise, as the handout has them: the first table of its README with columns `exercise` and `points`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.grading import Check
from grader.model import Assignment

HANDOUT = "README.md"


def disagreement(assignment: Assignment, checks: tuple[Check, ...]) -> str:
    """Return what the table says otherwise than the checks; empty where they agree, or there is no table."""
    table = points_of(assignment.folder / HANDOUT)
    if not table:
        return ""
    return "; ".join(_disagreements(assignment, checks, table))


def _disagreements(assignment: Assignment, checks: tuple[Check, ...], table: Mapping[str, int]) -> Iterator[str]:
    for exercise in assignment.exercises:
        points = sum(check.points for check in checks if check.exercise == exercise.name)
        if exercise.title not in table:
            yield f"the handout's table has no row {exercise.title!r}"
        elif table[exercise.title] != points:
            yield f"{exercise.title}: {table[exercise.title]} points in the handout, {points} in the checks"


def points_of(readme: Path) -> dict[str, int]:
    """Return the points of each exercise by its title; nothing where there is no such table."""
    if not readme.is_file():
        return {}
    columns: list[str] = []
    found: dict[str, int] = {}
    for line in readme.read_text(encoding="utf-8").splitlines():
        cells = [re.sub(r"[*`]", "", cell).strip() for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            if columns:
                break
        elif not columns:
            names = [cell.lower() for cell in cells]
            columns = names if {"exercise", "points"} <= {*names} else []
        elif len(cells) == len(columns):
            row = dict(zip(columns, cells, strict=True))
            if row["exercise"] and row["points"].isdigit():
                found[row["exercise"]] = int(row["points"])
    return found
