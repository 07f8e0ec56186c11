"""Name the file of one submission among those of a class: short enough for any file system, and never that of another one."""

from __future__ import annotations

import hashlib
import os
import re

_LONGEST_BYTES = 200
"""Most file systems take 255; programs that write a file add something to its name for a while."""
_DIGITS = 16
_NO_NAME = re.compile(r"[/\0]")
_HASHED = re.compile(rf".*-[0-9a-f]{{{_DIGITS}}}", re.DOTALL)


def of(submission: str, suffix: str, *, is_taken: bool = False) -> str:
    """
    Return `SUBMISSION` and *suffix*; of a name that is long, or no text, its beginning and a hash of all of it.

    A name that looks like one with a hash gets a hash too, so that nobody can be called like another one's file; and so does
    what is no name of a file, as may stand in results from elsewhere.

    Args:
        is_taken: Whether a file of ours has this name.
    """
    text = _NO_NAME.sub("_", submission.encode(errors="replace").decode())
    is_short = len((text + suffix).encode()) <= _LONGEST_BYTES
    if not is_taken and is_short and text == submission and not _HASHED.fullmatch(submission):
        return submission + suffix
    digest = hashlib.sha256(os.fsencode(submission)).hexdigest()[:_DIGITS]
    room = _LONGEST_BYTES - len(f"-{digest}{suffix}".encode())
    return f"{text.encode()[:room].decode(errors='ignore')}-{digest}{suffix}"
