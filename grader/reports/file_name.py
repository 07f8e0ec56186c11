"""Name the file of one submission among those of a class: short enough for any file system, and never that of another one."""

from __future__ import annotations

import hashlib

_LONGEST_BYTES = 200
"""Most file systems take 255; programs that write a file add something to its name for a while."""
_DIGITS = 16


def of(submission: str, suffix: str) -> str:
    """Return `SUBMISSION` and *suffix*; of a long name its beginning, and a hash of all of it."""
    if len((submission + suffix).encode()) <= _LONGEST_BYTES:
        return submission + suffix
    digest = hashlib.sha256(submission.encode()).hexdigest()[:_DIGITS]
    room = _LONGEST_BYTES - len(f"-{digest}{suffix}".encode())
    return f"{submission.encode()[:room].decode(errors='ignore')}-{digest}{suffix}"
