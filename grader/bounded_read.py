"""
Read a file that comes from anywhere: a plain one, no longer than it may be, whatever its size is said to be.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from grader.errors import UsageError


def read_bounded(path: Path, limit: int, what: str) -> bytes:
    """
    Return what is in a file.

    Args:
        limit: Bytes, a multiple of 1 MiB.
        what: What it should be, for a sentence.

    Raises:
        UsageError: If it cannot be read, is a pipe or a device, or is longer.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # opening a pipe would wait for who writes to it
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "this is no plain file")
            content = file.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    if len(content) > limit:
        raise UsageError(f"{path}: more than {limit // 1024**2} MiB, which no {what} has")
    return content
