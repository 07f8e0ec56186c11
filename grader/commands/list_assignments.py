"""`grader list`: the assignments of the course."""

from __future__ import annotations

from rich.table import Table

from grader import assignment as assignments
from grader.commands.console import out
from grader.commands.options import CourseOption, course_of


def list_assignments(course: CourseOption = None) -> None:
    """List the assignments of the course."""
    root = course_of(course)
    table = Table("assignment", "file", "what it is about", box=None, pad_edge=False)
    for slug in assignments.slugs(root):
        assignment = assignments.load(root, slug)
        table.add_row(slug, assignment.file, f"{assignment.title}. {assignment.summary}")
    out.print(table)
