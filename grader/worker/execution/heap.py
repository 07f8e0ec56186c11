"""
Keep memory that a network has used for its next layer.  UNTRUSTED SIDE.

By itself the C library gives every large block back to the kernel as soon as it is free and asks for it anew, and the kernel
clears each page of it: a sixth of the time of a pass through a large network, and nine tenths of writing weights once more.

Source: mallopt(3).
"""

from __future__ import annotations

from grader.worker.confinement.kernel import LINUX, libc

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
_KEPT_BYTES = 1 << 30
_PAD_BYTES = 64 << 20


def keep() -> None:
    """Serve large blocks from the heap, and give back only what is free beyond a gigabyte; without glibc, do nothing."""
    if LINUX and hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, _KEPT_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
        libc.mallopt(_M_TOP_PAD, _PAD_BYTES)
