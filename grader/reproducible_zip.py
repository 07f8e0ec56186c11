"""
Write a zip whose bytes follow from what is in it alone: not from when, where and in which order its files were written.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grader.atomic_write import open_atomically
from grader.errors import UsageError

FILE, PROGRAM = 0o100644, 0o100755
_WHEN = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file of the zip: a path here, or the content itself."""

    name: str
    source: Path | bytes
    mode: int = FILE


def write_zip(target: Path, entries: Iterable[Entry]) -> None:
    """
    Write a zip to *target*, the value of `--out`, whole or not at all; one that is there is replaced.

    Args:
        entries: In any order; they are written in that of their names.

    Raises:
        UsageError: If it cannot be written.
    """
    try:
        if target.is_dir():
            raise UsageError(f"--out {target}: a folder; name the zip to write in it")
        with open_atomically(target) as file:
            _write(file, entries)
    except OSError as error:
        raise UsageError(f"--out {target}: cannot write there: {error.strerror}") from None


def _write(file: IO[bytes], entries: Iterable[Entry]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for entry in sorted(entries, key=lambda entry: entry.name):
            about = zipfile.ZipInfo(entry.name, _WHEN)
            about.create_system = 3  # Unix: the modes count
            about.external_attr = entry.mode << 16
            about.compress_type = zipfile.ZIP_STORED if entry.name.endswith(".whl") else zipfile.ZIP_DEFLATED
            with archive.open(about, "w") as written:
                if isinstance(entry.source, bytes):
                    written.write(entry.source)
                else:
                    with entry.source.open("rb") as read:
                        shutil.copyfileobj(read, written)
