"""
Write a handout for students: the zip that they unzip, or the folder that comes of that.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.errors import UsageError
from grader.handout.parts import Handout
from grader.reproducible_zip import Entry, write_zip


def write_handout(handout: Handout, target: Path) -> None:
    """
    Write a zip to *target*, whole or not at all; one that is there is replaced.

    Raises:
        UsageError: If it cannot be written, lies where the assignment does, or would replace what is no zip.
    """
    handout.refuse_within("--out", target)
    # a folder is refused below, and so is a name too long, of which os.path says that it is not there
    if os.path.exists(target) and not target.is_dir() and not zipfile.is_zipfile(target):
        raise UsageError(f"--out {target}: there is something else already; name another file")
    write_zip(target, (Entry(name=name, source=content) for name, content in handout.files.items()))


def write_folder(handout: Handout, target: Path) -> None:
    """
    Write the folder *target*, whole or not at all.

    Raises:
        UsageError: If something lies there already, or the assignment does, or it cannot be written.
    """
    handout.refuse_within("--out", target)
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError(
                f"--out {target}: there is something already; name a folder that is new or empty, or a zip"
            )
        with TemporaryDirectory(dir=target.absolute().parent, prefix=".handout-") as made:
            folder = Path(made) / "handout"
            write_files(handout.files, folder)
            os.replace(folder, target)
    except OSError as error:
        raise UsageError(f"--out {target}: cannot write there: {error.strerror}") from None


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Write files into a folder that is made for them; raises OSError where that cannot be done."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
