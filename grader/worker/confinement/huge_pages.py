"""
Put what a fork server has imported into huge pages, so that forks are cheap.  UNTRUSTED SIDE; runs no student code.

A fork copies an entry for every page that a process has written: with torch some 37,000 of 4 KiB, which takes longer than all
else that a worker needs.  In pages of 2 MiB these are 72.  Copying them into such pages takes a quarter of a second once, as
much as some thirty forks save, so it is done where as many have been asked for and others will be.

Sources: madvise(2) for MADV_COLLAPSE, proc(5) for maps.
"""

from __future__ import annotations

import contextlib
import ctypes

from grader.worker.confinement.kernel import LINUX, libc

FORKS_THAT_PAY = 30
_SIZE = 2 * 1024**2
_MADV_COLLAPSE = 25


def collapse() -> None:
    """Collapse all private memory of this process; where the kernel cannot (before 6.1), it stays as it is."""
    if not LINUX:
        return
    with contextlib.suppress(OSError), open("/proc/self/maps") as file:
        for line in file.readlines():
            place, permissions, offset, _device, inode, *_name = line.split()
            if permissions == "rw-p" and int(offset, 16) == int(inode) == 0:
                start, end = (int(address, 16) for address in place.split("-"))
                _collapse(-(-start // _SIZE) * _SIZE, end // _SIZE * _SIZE)


def _collapse(start: int, end: int) -> None:
    for address in range(start, end, _SIZE):  # one that is partly unused fails, and only that one
        libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(_SIZE), _MADV_COLLAPSE)
