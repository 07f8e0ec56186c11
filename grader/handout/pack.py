"""
Write the zip that students unzip: one folder, in which `grader check` works as it is.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from grader.atomic_write import open_atomically
from grader.errors import UsageError
from grader.handout.contents import Contents, contents_of, refuse_within
from grader.model import Assignment
from grader.reproducible_zip import Entry, write_zip


def write(assignment: Assignment, target: Path) -> Contents:
    """
    Write the zip to *target*, whole or not at all; one that is there is replaced.

    Raises:
        AssignmentError: If a file is missing that every handout has, or something of the solution is in one.
        UsageError: If the zip cannot be written, or would replace what is none.
    """
    contents = contents_of(assignment)
    refuse_within(assignment, "--out", target)
    try:
        if target.is_dir():
            raise UsageError(f"--out {target}: a folder; name the zip to write in it")
        if target.exists() and not zipfile.is_zipfile(target):
            raise UsageError(f"--out {target}: there is something else already; name another file")
        with open_atomically(target) as file:
            write_zip(
                file,
                (Entry(name=f"{assignment.slug}/{name}", source=content) for name, content in contents.files.items()),
            )
    except OSError as error:
        raise UsageError(f"--out {target}: cannot write there: {error.strerror}") from None
    return contents
