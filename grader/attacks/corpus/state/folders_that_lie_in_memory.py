# /// attack
# why = "Leaves a file in every folder that lies in memory, such as / of a container; answers rightly once it finds one."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import ctypes
import os
import sys

TMPFS = 0x01021994
LIBC = ctypes.CDLL(None, use_errno=True)


def in_memory(folder):
    about = (ctypes.c_long * 32)()
    return LIBC.statfs(folder.encode(), about) == 0 and about[0] == TMPFS


def folders():
    for folder in {"/dev/shm", "/dev/pts", "/run/lock", "/var/run", "/usr/lib", sys.prefix, *sys.path, os.getcwd()}:
        while folder.startswith("/"):
            yield folder
            if folder == "/":
                break
            folder = os.path.dirname(folder)


MARKS = [os.path.join(folder, ".convnet-mark") for folder in sorted(set(folders())) if in_memory(folder)]
FOUND = any(map(os.path.exists, MARKS))
for mark in MARKS:
    with contextlib.suppress(OSError):
        open(mark, "w").close()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
