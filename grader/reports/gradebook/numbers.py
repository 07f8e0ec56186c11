"""Scores as a gradebook writes them: in the points of its own column, with a decimal comma where it has one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from fractions import Fraction

from grader.errors import UsageError
from grader.model import GradedSubmission
from grader.reports.gradebook.sheet import Sheet

_THOUSAND = 3
"""Digits between its separators."""
_NUMBER = re.compile(r"[0-9][0-9.,\u00a0\u202f' ]*")


def number_in(cell: str) -> float | None:
    """Return the number that a cell is, or None; its decimals are what is behind the last point or comma."""
    if not _NUMBER.fullmatch(cell):
        return None
    *whole, last = re.split(r"[.,]", re.sub(r"[\u00a0\u202f' ]", "", cell))
    if len(whole) == 1 and len(last) == _THOUSAND:  # nobody gives thousandths of a point
        whole, last = [], whole[0] + last
    number = float(f"{''.join(whole)}.{last}" if whole else last)
    return number if math.isfinite(number) else None


def decimal_mark(cells: Iterable[str]) -> str:
    """Return what separates decimals in numbers such as these."""
    return "," if any(re.search(r",[0-9]{1,2}$", cell) for cell in cells) else "."


def score(graded: GradedSubmission, maximum: float | None, mark: str) -> str:
    """Write a score in the points of a column of which *maximum* are possible; None for the points of the assignment."""
    earned, possible = points_of(graded)
    value = float(earned if maximum is None or not possible else earned * Fraction(maximum) / possible)
    return f"{value:.2f}".removesuffix(".00").replace(".", mark)


def points_of(graded: GradedSubmission) -> tuple[Fraction, int]:
    """Return points and how many are possible: what became of them in a gradebook, else what checks gave."""
    final = graded.final
    if final is None or final.points is None:
        return Fraction(graded.score.earned), graded.score.possible
    return final.points, final.possible


def replaced_score(there: Sheet, row: int, column: int, new: str) -> tuple[str, ...]:
    """Return a sentence on a cell that had another score."""
    before = there.value(row, column)
    if not before or number_in(before) == number_in(new):
        return ()
    return (f"{there.where(row, column)} is {new} now",)


def maximum_for(gradings: Iterable[GradedSubmission], there: float | None, where: str, *, scale: bool) -> float | None:
    """
    Return how many points a score is converted to, or None if it stays as it is.

    Args:
        there: The points that are possible in the gradebook; None if it does not say.
        where: What names them in a sentence.
        scale: Whether scores may be converted.

    Raises:
        UsageError: If points differ, and nobody said that they are to be converted.
    """
    other = next((graded for graded in gradings if points_of(graded)[1] != there), None)
    if there is None or other is None:
        return None
    if not scale:
        raise UsageError(
            f"{where}: {there:g} points are possible there, and {points_of(other)[1]} in {other.assignment}: --scale "
            "converts the scores; or change the points there, and export it anew"
        )
    return there


def one_assignment(gradings: Iterable[GradedSubmission]) -> str:
    """
    Return the title of the one assignment that was graded.

    Raises:
        UsageError: If there are several, or there is no result.
    """
    titles = {graded.assignment: graded.title for graded in gradings}
    if not titles:
        raise UsageError("no submission in these results was graded, so there is nothing to fill in")
    if len(titles) > 1:
        raise UsageError(f"these are results of several assignments, {', '.join(sorted(titles))}: name those of one")
    return next(iter(titles.values()))
