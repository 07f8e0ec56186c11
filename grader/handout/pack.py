"""
Write the zip that students unzip: one folder, in which `grader check` works as it is.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from grader.errors import UsageError
from grader.handout.contents import Contents
from grader.reproducible_zip import Entry, write_zip


def write(contents: Contents, target: Path) -> None:
    """
    Write the zip to *target*, whole or not at all; one that is there is replaced.

    Raises:
        UsageError: If it cannot be written, lies where the assignment does, or would replace what is no zip.
    """
    contents.refuse_within("--out", target)
    # a folder is refused below, and so is a name too long, of which os.path says that it is not there
    if os.path.exists(target) and not target.is_dir() and not zipfile.is_zipfile(target):
        raise UsageError(f"--out {target}: there is something else already; name another file")
    slug = contents.assignment.slug
    write_zip(target, (Entry(name=f"{slug}/{name}", source=content) for name, content in contents.files.items()))
