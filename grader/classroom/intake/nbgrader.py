"""What nbgrader has collected: `submitted/STUDENT/ASSIGNMENT/…`."""

from __future__ import annotations

from grader.classroom.intake.tree import Tree, join
from grader.classroom.intake.values import Found, Recognised, Scheme
from grader.model import Assignment

_SUBMITTED = "submitted"
_TIMESTAMP = "timestamp.txt"


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
    remarks = () if _TIMESTAMP in tree.files(own) else (f"no {_TIMESTAMP}, so nobody knows when it was handed in",)
    return Found(name=name, who=name, files=(own,), ids=(name,), remarks=remarks)
