"""
A class as a table for spreadsheets: a row for each submission, a column for each check with the points it earned.

What is ungraded has an empty cell, never a 0, and so has the score of a submission with such a check.  What could not be read has
no score at all, and the reason.  What is graded by hand has an empty cell too; `pending` says how many of the points wait, which
`score` lacks and nobody has lost.

Of a gradebook score, points, what waits and status are those after policy.  A column `student` is there where names are known.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from fractions import Fraction

from grader.model import CheckResult, GradedSubmission, Outcome, Refused
from grader.reports import details
from grader.reports.called import NOT_KNOWN, Names, called
from grader.reports.escape import csv_cell, one_line

_COLUMNS = ("submission", "sha256", "score", "max_score", "pending", "status", "graded_file", "reason")
_DECIMALS = 4


def encode(gradings: Iterable[GradedSubmission], refused: Iterable[Refused] = (), names: Names = NOT_KNOWN) -> bytes:
    """
    Write *gradings*, and what could not be read, as CSV.

    It is UTF-8, with commas and a header, every text in quotes and every number without.

    Args:
        names: Of students, by the names of submissions, as far as somebody knows them.
    """
    gradings, refused = tuple(gradings), tuple(refused)
    shown = called(gradings, refused, names)
    is_by_student = any(name != one for name, one in shown.items())
    checks = tuple(dict.fromkeys(check.name for graded in gradings for check in graded.checks))
    text = io.StringIO()
    # in quotes, so that no `;` in a name starts a cell where `;` is the separator
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(_cells((*_COLUMNS, *(("student",) if is_by_student else ()), *checks)))
    for graded in gradings:
        writer.writerow(_cells(_row(graded, (shown[graded.submission],) if is_by_student else (), checks)))
    for one in refused:
        who = (shown[one.name],) if is_by_student else ()
        writer.writerow(_cells((one.name, "", "", "", "", "refused", "", one.why, *who, *[""] * len(checks))))
    return text.getvalue().encode()


def _row(graded: GradedSubmission, who: tuple[str, ...], checks: tuple[str, ...]) -> Iterator[str | float]:
    earned = {check.name: _earned(check, graded) for check in graded.checks}
    yield graded.submission
    yield graded.sha256
    yield from _score(graded)
    yield graded.graded_file
    yield ""
    yield from who
    for name in checks:
        yield earned.get(name, "")


def _score(graded: GradedSubmission) -> tuple[str | float, ...]:
    """Return score, points that are possible, those that wait, and the status; of a gradebook those after policy."""
    final = graded.final
    if final is None:
        score = "" if graded.ungraded else graded.score.earned
        return score, graded.score.possible, graded.score.pending, details.status(graded)
    return (
        "" if final.points is None else _number(final.points),
        final.possible,
        details.pending(graded),
        final.standing,
    )


def _earned(check: CheckResult, graded: GradedSubmission) -> str | float:
    if check.outcome is Outcome.PENDING and graded.final is not None and check.name in graded.final.marks:
        return _number(graded.final.marks[check.name])
    return "" if check.outcome in (Outcome.UNGRADED, Outcome.PENDING) else check.earned


def _number(value: Fraction) -> float:
    """Return a number as it is shown, without a decimal point where it needs none."""
    return int(value) if value.denominator == 1 else round(float(value), _DECIMALS)


def _cells(values: Iterable[str | float]) -> list[str | int | float]:
    return [csv_cell(one_line(value) if isinstance(value, str) else value) for value in values]
