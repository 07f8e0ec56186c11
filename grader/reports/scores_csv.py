"""
Scores after policy as a table for spreadsheets: a row for each student, three columns for each assignment, and the total.

Who has no score has an empty cell, never a 0, and the standing says why.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from grader.model import FinalScores
from grader.reports.escape import csv_cell, one_line

_DECIMALS = 4


def encode(every: Sequence[FinalScores]) -> bytes:
    """Write the scores of students as CSV: UTF-8, with commas and a header, every text in quotes and every number without."""
    slugs = tuple(dict.fromkeys(score.assignment for one in every for score in one.scores))
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    columns = (column for slug in slugs for column in (slug, f"{slug} possible", f"{slug} standing"))
    writer.writerow(_cells(("student", "name", *columns, "total percent")))
    for one in every:
        writer.writerow(_cells(_row(one, slugs)))
    return text.getvalue().encode()


def _row(one: FinalScores, slugs: Iterable[str]) -> Iterator[str | float]:
    yield one.student
    yield one.name
    by_slug = {score.assignment: score for score in one.scores}
    for slug in slugs:
        score = by_slug.get(slug)
        yield "" if score is None or score.points is None else _number(score.points)
        yield "" if score is None else score.possible
        yield "" if score is None else score.standing
    yield "" if one.total is None else _number(one.total * 100)


def _number(value: Fraction) -> float:
    """Return a number as it is shown, without a decimal point where it needs none."""
    return int(value) if value.denominator == 1 else round(float(value), _DECIMALS)


def _cells(values: Iterable[str | float]) -> list[str | int | float]:
    return [csv_cell(one_line(value) if isinstance(value, str) else value) for value in values]
