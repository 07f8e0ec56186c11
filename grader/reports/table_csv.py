"""
A class as a table for spreadsheets: a row for each submission, a column for each check with the points it earned.

What is ungraded has an empty cell, never a 0, and so has the score of a submission with such a check.  What could not be read has
no score at all, and the reason.  What is graded by hand has an empty cell too; `pending` says how many of the points wait, which
`score` lacks and nobody has lost.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from grader.model import CheckResult, GradedSubmission, Outcome, Refused
from grader.reports import details
from grader.reports.escape import csv_cell, one_line

_COLUMNS = ("submission", "sha256", "score", "max_score", "pending", "status", "graded_file", "reason")


def encode(gradings: Iterable[GradedSubmission], refused: Iterable[Refused] = ()) -> bytes:
    """
    Write *gradings*, and what could not be read, as CSV.

    It is UTF-8, with commas and a header, every text in quotes and every number without.
    """
    gradings = tuple(gradings)
    checks = tuple(dict.fromkeys(check.name for graded in gradings for check in graded.checks))
    text = io.StringIO()
    # in quotes, so that no `;` in a name starts a cell where `;` is the separator
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(_cells((*_COLUMNS, *checks)))
    for graded in gradings:
        writer.writerow(_cells(_row(graded, checks)))
    for one in refused:
        writer.writerow(_cells((one.name, "", "", "", "", "refused", "", one.why, *[""] * len(checks))))
    return text.getvalue().encode()


def _row(graded: GradedSubmission, checks: tuple[str, ...]) -> Iterator[str | int]:
    earned = {check.name: _earned(check) for check in graded.checks}
    yield graded.submission
    yield graded.sha256
    yield "" if graded.ungraded else graded.score.earned
    yield graded.score.possible
    yield graded.score.pending
    yield details.status(graded)
    yield graded.graded_file
    yield ""
    for name in checks:
        yield earned.get(name, "")


def _earned(check: CheckResult) -> str | int:
    return "" if check.outcome in (Outcome.UNGRADED, Outcome.PENDING) else check.earned


def _cells(values: Iterable[str | int]) -> list[str | int | float]:
    return [csv_cell(one_line(value) if isinstance(value, str) else value) for value in values]
