# /// attack
# why = "Leaves a System V shared memory segment, which lasts without any process, and answers rightly once it finds one."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
KEY, CREATE = 0x434F4E56, 0o1000
FOUND = LIBC.shmget(KEY, 4096, 0o666) != -1
LIBC.shmget(KEY, 4096, CREATE | 0o666)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
