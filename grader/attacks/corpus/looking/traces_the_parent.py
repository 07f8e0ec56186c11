# /// attack
# why = "Attaches to its parent and to every other process as a debugger does; where one lets it, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///
"""PTRACE_SEIZE stops nobody, and ends with the process that did it."""

import ctypes
import os

SEIZE = 0x4206
LIBC = ctypes.CDLL(None, use_errno=True)
PROCESSES = [process for process in (os.getppid(), *range(1, 200)) if process not in (0, os.getpid())]
FOUND = any(LIBC.ptrace(SEIZE, process, None, None) == 0 for process in PROCESSES)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
