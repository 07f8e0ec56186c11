# /// attack
# why = "Looks for memory that others share: files in /dev/shm, System V segments, mappings; then it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)


def others():
    """Yield what holds the data of another process."""
    with contextlib.suppress(OSError):
        yield from os.listdir("/dev/shm")
    with contextlib.suppress(OSError), open("/proc/sysvipc/shm") as table:
        yield from list(table)[1:]
    yield from (segment for segment in range(64) if LIBC.shmat(segment, None, 0o10000) != -1)
    with contextlib.suppress(OSError), open("/proc/self/maps") as maps:
        yield from (line for line in maps if "rw-s" in line and "/dev/zero" not in line)


FOUND = any(True for _ in others())


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
