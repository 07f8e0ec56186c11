# /// attack
# why = "Takes open files and sockets out of its parent by pidfd_getfd; where it gets one, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import ctypes
import os

GETFD = 438  # the same number on every architecture
LIBC = ctypes.CDLL(None, use_errno=True)


def takes_from(process):
    with contextlib.suppress(OSError):
        handle = os.pidfd_open(process)
        try:
            return any(LIBC.syscall(GETFD, handle, descriptor, 0) >= 0 for descriptor in range(16))
        finally:
            os.close(handle)
    return False


FOUND = any(takes_from(one) for one in (os.getppid(), *range(1, 200)) if one not in (0, os.getpid()))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
