"""
A class as the table that `nbgrader export` writes, for scripts that read it: one row for each submission of each assignment.

The columns are those of nbgrader's CsvExportPlugin (`nbgrader/plugins/export.py`).  What results do not know is empty: when a
submission came, and whose it is beyond its name.  Where nbgrader writes 0, because nothing was handed in or nothing could be
graded, the cell is empty here: a 0 costs points.  Where something is graded by hand (`needs_manual_grade` in
nbgrader's database, for which its table has no column), `raw_score` has the points so far, as it has there, and `score` is empty:
there is no final one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from grader.model import GradedSubmission, Refused
from grader.reports.escape import csv_cell, one_line

_COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def encode(gradings: Sequence[GradedSubmission], refused: Sequence[Refused] = ()) -> bytes:
    """Write *gradings*, and what could not be read, as CSV: UTF-8, every text in quotes and every number without."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(_COLUMNS)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    for graded in gradings:
        writer.writerow(_row(graded))
    for one in refused:
        writer.writerow(["", "", "", csv_cell(one_line(one.name)), *[""] * 7])
    return text.getvalue().encode()


def _row(graded: GradedSubmission) -> Iterator[str | int | float]:
    so_far = "" if graded.ungraded else float(graded.score.earned)
    score = "" if graded.pending else so_far
    yield csv_cell(one_line(graded.assignment))
    yield from ("", "")
    yield csv_cell(one_line(graded.submission))
    yield from ("", "", "")
    yield from (so_far, 0.0, score, float(graded.score.possible))
