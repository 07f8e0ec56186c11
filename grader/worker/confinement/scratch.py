"""
The folder that a worker may write to, where it cannot have a file system of its own.  UNTRUSTED SIDE; runs no student code.

A private file system has a size, and is gone with its worker.  A plain folder has neither: what lies in it is counted while the
worker runs, and removed afterwards, whatever shape it was given.
"""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
from pathlib import Path

MAX_FILES = 4096
"""How many files and folders a worker may have; a private file system gets as many inodes."""
_MAX_DEPTH = 64


def make() -> str:
    """Make the folder, named for this process, which removes it."""
    return tempfile.mkdtemp(prefix=f"grader-scratch-{os.getpid()}-")


def is_within(path: str, max_bytes: int) -> bool:
    """Return whether *path* holds no more than *max_bytes* and MAX_FILES; what cannot be looked at is too much."""
    count, used = 0, 0.0
    waiting = [(path, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    count += 1
                    with contextlib.suppress(FileNotFoundError):  # it comes and goes while we look
                        used += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            waiting.append((entry.path, depth + 1))
                    if count > MAX_FILES or used > max_bytes:
                        return False
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:  # closed to others, or deeper than a path can name
            used = math.inf
        if used > max_bytes or depth > _MAX_DEPTH:
            return False
    return True


def remove(path: str) -> None:
    """
    Remove the folder *path* with all that is in it; where the machine refuses, what is left stays.

    Folders are brought up before they are emptied, so that neither their depth nor the length of their paths matters, and
    opened first: nobody but their owner can look into what student code has closed.
    """
    top = Path(path)
    number = 0
    with contextlib.suppress(OSError):
        while folders := _without_files(top):
            for folder in folders:
                for below in _without_files(folder):
                    number += 1
                    below.rename(top / f".{os.getpid()}-{number}")
                folder.rmdir()
        top.rmdir()


def _without_files(folder: Path) -> list[Path]:
    """Unlink every file of *folder*; returns the folders in it."""
    folder.chmod(0o700)
    with os.scandir(folder) as entries:
        found = list(entries)
    folders = []
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            Path(entry.path).chmod(0o700)  # to be moved, it must be writable
            folders.append(Path(entry.path))
        else:
            os.unlink(entry.path)
    return folders
