"""A small assignment as it is handed out, for tests of what follows."""

from __future__ import annotations

from pathlib import Path

from files import write_files

from grader.course import assignment as assignments
from grader.handout import Handout, contents_of, handout_of

TOML = """\
title = "Addition"
summary = "Add."
file = "addition.py"

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]
"""
STUB = "def add(a, b):\n    raise NotImplementedError\n"
CHECK = "def test_add(student):\n    assert student.add(1, 2) == 3\n"
ADDITION = {
    "assignment.toml": TOML,
    "README.md": "# Addition\n",
    "addition.py": STUB,
    "checks/test_add.py": CHECK,
}


def addition(course: Path, **files: str | None) -> Handout:
    """Return the handout of the assignment, with other files in place of its own; what is None is not in it."""
    own = {name: content for name, content in (ADDITION | files).items() if content is not None}
    write_files(course, {f"assignments/addition/{name}": content for name, content in own.items()})
    for name, content in files.items():
        if content is None:
            (course / "assignments" / "addition" / name).unlink(missing_ok=True)
    return handout_of([contents_of(assignments.load(course, "addition"))])
