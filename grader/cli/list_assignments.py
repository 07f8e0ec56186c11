"""`grader list`: the assignments of the course."""

from __future__ import annotations

from rich.table import Table

from grader.cli.console import out
from grader.cli.options import CourseOption, course_of
from grader.course import assignment as assignments


def list_assignments(course: CourseOption = None) -> None:
    """List the assignments of the course."""
    root = course_of(course)
    table = Table("assignment", "file", "what it is about", box=None, pad_edge=False)
    for slug in assignments.slugs(root):
        assignment = assignments.load(root, slug)
        table.add_row(slug, assignment.file, f"{assignment.title}. {assignment.summary}")
    out.print(table)
