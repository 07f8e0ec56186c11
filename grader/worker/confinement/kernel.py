"""Call what Python's standard library has no name for.  UNTRUSTED SIDE; runs before student code does."""

from __future__ import annotations

import ctypes
import os
import sys

LINUX = sys.platform == "linux"
PR_SET_DUMPABLE = 4
libc = ctypes.CDLL(None, use_errno=True)


def check(result: int, what: str) -> None:
    """
    Require that a call succeeded.

    Raises:
        OSError: If it did not; the text says what was tried.
    """
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def prctl(option: int, value: int, third: int = 0) -> int:
    """Call prctl(2)."""
    return int(libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(third), 0, 0))
