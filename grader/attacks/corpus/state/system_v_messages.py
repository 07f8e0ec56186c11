# /// attack
# why = "Leaves a System V message queue and a semaphore, which last without any process, and answers rightly once it finds one."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import ctypes

LIBC = ctypes.CDLL(None, use_errno=True)
KEY, CREATE = 0x434F4E57, 0o1000
FOUND = LIBC.msgget(KEY, 0o666) != -1 or LIBC.semget(KEY, 1, 0o666) != -1
LIBC.msgget(KEY, CREATE | 0o666)
LIBC.semget(KEY, 1, CREATE | 0o666)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
