# /// attack
# why = "Leaves a process that has taken all watches on files that the user may have, and answers rightly once none is left."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import ctypes
import errno
import os
import time

LIBC = ctypes.CDLL(None, use_errno=True)
MOST = 150  # the kernel gives each user 128 by default


def take():
    return LIBC.inotify_init1(os.O_CLOEXEC)


first = take()
FOUND = first == -1 and ctypes.get_errno() == errno.EMFILE  # refused altogether is nothing found
with contextlib.suppress(OSError):
    if os.fork() == 0:
        with contextlib.suppress(OSError):
            os.setsid()
            taken = [take() for _ in range(MOST)]
            time.sleep(15 if taken else 0)
        os._exit(0)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
