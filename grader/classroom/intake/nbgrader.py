"""
What nbgrader has collected: `submitted/STUDENT/ASSIGNMENT/…`.

`timestamp.txt` in it says when; a time without a zone is UTC, as nbgrader takes it.  It is written where a student can reach it.

Source: jupyter/nbgrader, `nbgrader/converters/base.py` and `nbgrader/utils.py` (`parse_utc`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from grader.classroom.intake.times import time_in
from grader.classroom.intake.tree import Tree, join
from grader.classroom.intake.values import Found, Recognised, Scheme
from grader.errors import SubmissionError
from grader.model import Assignment
from grader.reports.escape import one_line

_SUBMITTED = "submitted"
_TIMESTAMP = "timestamp.txt"
_MAX_BYTES = 1024
_MAX_SHOWN = 40


def recognise(tree: Tree, folder: str, assignment: Assignment, called: str) -> Recognised | None:
    """Return who handed in what, or None if nothing was collected here; *called* is the name of the folder."""
    if _SUBMITTED in tree.folders(folder):
        folder = join(folder, _SUBMITTED)
    elif called != _SUBMITTED:
        return None
    students = tree.folders(folder)
    of_each = {name: tree.folders(join(folder, name)) for name in students}
    assignments = {name for names in of_each.values() for name in names}
    if not assignments:
        return None
    chosen = assignment.slug if assignment.slug in assignments or len(assignments) > 1 else next(iter(assignments))
    found = tuple(_student(tree, join(folder, name), name, chosen) for name in students if chosen in of_each[name])
    nothing = tuple(join(folder, name) for name in students if not of_each[name])
    if not found:
        return None
    loose = tuple(join(folder, name) for name in tree.files(folder))
    return Recognised(scheme=Scheme.NBGRADER, found=found, nobodys=(*nothing, *loose))


def _student(tree: Tree, folder: str, name: str, assignment: str) -> Found:
    own = join(folder, assignment)
    when, remark = _handed_in_at(tree, own)
    remarks = (f"{remark}, so nobody knows when it was handed in",) if remark else ()
    return Found(name=name, who=name, files=(own,), ids=(name,), handed_in_at=when, remarks=remarks)


def _handed_in_at(tree: Tree, own: str) -> tuple[datetime | None, str]:
    """Return when it was handed in, or what keeps us from knowing."""
    if _TIMESTAMP not in tree.files(own):
        return None, f"no {_TIMESTAMP}"
    try:
        written = tree.content(join(own, _TIMESTAMP), _MAX_BYTES).decode(errors="replace")
    except (OSError, SubmissionError):
        return None, f"{_TIMESTAMP} cannot be read"
    when = time_in(written, usual=UTC)
    return when, "" if when else f"{_TIMESTAMP} holds {one_line(written.strip(), _MAX_SHOWN)!r}, which is no time"
