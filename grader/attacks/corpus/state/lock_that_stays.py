# /// attack
# why = "Leaves a process that locks a file of Python, which everybody can read; answers rightly once it finds it locked."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///
"""A lock of reading suffices: whether somebody has one can be asked for without the right to write."""

import contextlib
import fcntl
import os
import struct
import time

FORMAT = "hhqqi4x"
PLACE = sum("-".join(FUNCTIONS + MODULES).encode())  # each assignment has its own byte
READING = struct.pack(FORMAT, fcntl.F_RDLCK, os.SEEK_SET, PLACE, 1, 0)
WRITING = struct.pack(FORMAT, fcntl.F_WRLCK, os.SEEK_SET, PLACE, 1, 0)

FOUND = False
with contextlib.suppress(OSError):
    file = os.open(os.__file__, os.O_RDONLY)
    FOUND = struct.unpack(FORMAT, fcntl.fcntl(file, fcntl.F_GETLK, WRITING))[0] != fcntl.F_UNLCK
    if os.fork() == 0:
        with contextlib.suppress(OSError):
            os.setsid()
            fcntl.fcntl(file, fcntl.F_SETLK, READING)
            time.sleep(15)
        os._exit(0)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
