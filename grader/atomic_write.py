"""
Write a file in one go: under its name there is all of it or what was there before, and nothing is left of an attempt that failed.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


def write_atomically(path: Path, content: bytes) -> None:
    """Write a whole file or none; raises OSError where that cannot be done."""
    with open_atomically(path) as file:
        file.write(content)


@contextmanager
def open_atomically(path: Path) -> Iterator[IO[bytes]]:
    """
    Yield a file to write to, which gets its name when the block ends, and is removed if the block raises.

    Raises:
        OSError: If it cannot be written, or cannot get this name; a device or a pipe keeps its own.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):  # a folder refuses by itself
        raise OSError(errno.EINVAL, "Is a device or a pipe", str(path))
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")  # several processes may write the same file
    try:
        with partial.open("xb") as file:
            yield file
        os.replace(partial, path)
    except BaseException:
        with suppress(OSError):
            partial.unlink()
        raise
