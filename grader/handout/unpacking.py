"""
Read the zip of a handout: in memory, within bounds, and only what can lie in the folder that it is unpacked to.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

from grader.bounded_read import read_bounded
from grader.errors import SubmissionError, UsageError
from grader.handout.parts import Part, parts_in
from grader.submission import content_of, read_members

_MAX_ZIP_BYTES = 64 * 1024**2
_MAX_BYTES = 128 * 1024**2
_MAX_FILES = 2_000


def parts_of_zip(path: Path) -> tuple[Part, ...]:
    """
    Read a handout, or an update of one.

    Raises:
        UsageError: If it cannot be read, is too large, holds what leads out of it, or is no handout.
    """
    content = read_bounded(path, _MAX_ZIP_BYTES, "handout")
    try:
        archive, refused = read_members(content, str(path), _MAX_FILES)
        if refused:
            raise UsageError(f"{path}: {refused[0].why}")
        size = sum(entry.record.unpacked_bytes for entry in archive.files)
        if size > _MAX_BYTES:
            raise UsageError(f"{path}: unpacks to more than {_MAX_BYTES // 1024**2} MiB, which no handout has")
        files = {entry.path: content_of(archive, entry, entry.record.unpacked_bytes) for entry in archive.files}
    except SubmissionError as error:
        raise UsageError(str(error)) from None
    _refuse_clashes(path, files)
    return parts_in(files, str(path))


def _refuse_clashes(path: Path, files: dict[str, bytes]) -> None:
    """Refuse names that many systems take for one: the second would be written over the first."""
    seen: dict[str, str] = {}
    for name in files:
        first = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if first != name:
            raise UsageError(f"{path}: {first} and {name} are one name to many systems; no handout has both")
