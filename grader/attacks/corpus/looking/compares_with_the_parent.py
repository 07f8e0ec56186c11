# /// attack
# why = "Asks the kernel by kcmp what its parent has open; where it is told, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import ctypes
import os
import platform

KCMP = {"x86_64": 312, "aarch64": 272}.get(platform.machine(), -1)
FILE = 0
LIBC = ctypes.CDLL(None, use_errno=True)


def compares_with(process):
    return any(LIBC.syscall(KCMP, os.getpid(), process, FILE, one, one) >= 0 for one in range(16))


FOUND = any(compares_with(one) for one in (os.getppid(), *range(1, 200)) if one not in (0, os.getpid()))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
