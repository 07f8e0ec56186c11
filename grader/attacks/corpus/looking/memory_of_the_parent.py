# /// attack
# why = "Reads the memory of its parent, and of every other process, through /proc; where that works, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///
"""A parent that holds answers has lost them as soon as one page of it can be read."""

import contextlib
import glob
import os


def can_read(process):
    with open(f"{process}/maps") as maps, open(f"{process}/mem", "rb", 0) as memory:
        for line in maps:
            with contextlib.suppress(OSError, OverflowError):
                memory.seek(int(line.split("-")[0], 16))
                return len(memory.read(16)) == 16
    return False


def others():
    own = {f"/proc/{os.getpid()}", f"/proc/{os.readlink('/proc/self')}"}
    yield from (process for process in glob.glob("/proc/[0-9]*") if process not in own)


FOUND = False
with contextlib.suppress(OSError):
    for process in others():
        with contextlib.suppress(OSError):
            FOUND = FOUND or can_read(process)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
