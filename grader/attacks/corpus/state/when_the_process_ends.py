# /// attack
# why = "Leaves a mark when the process ends (atexit, finalizers, multiprocessing), in case nobody looks any more then."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import atexit
import contextlib
import os
import sys
import tempfile
import threading
import weakref

MARKS = [os.path.join(folder, "convnet-ended") for folder in (tempfile.gettempdir(), "/tmp", "/dev/shm", "/var/tmp")]


def leave():
    for mark in MARKS:
        with contextlib.suppress(OSError):
            open(mark, "w").close()


class Last:
    def __del__(self):
        leave()


FOUND = any(map(os.path.exists, MARKS))
atexit.register(leave)
threading._register_atexit(leave)
weakref.finalize(sys, leave)
sys.convnet_last = Last()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
