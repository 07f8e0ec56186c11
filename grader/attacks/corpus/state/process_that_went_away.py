# /// attack
# why = "Leaves a process of another session, name and parent, deaf to signals; answers rightly once it reaches an earlier one."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import ctypes
import os
import signal
import socket
import time

ADDRESS = "\0convnet-away-" + "-".join(FUNCTIONS + MODULES)[:80]  # each assignment has its own
DEATH_SIGNAL, NAME, SUBREAPER = 1, 15, 36


def reaches():
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as attempt:
        attempt.settimeout(0.2)
        attempt.connect(ADDRESS)
        return True
    return False


def go_away():
    os.setsid()
    if os.fork() == 0:
        libc = ctypes.CDLL(None)
        libc.prctl(DEATH_SIGNAL, 0, 0, 0, 0)
        libc.prctl(NAME, b"kworker/0:1", 0, 0, 0)
        libc.prctl(SUBREAPER, 1, 0, 0, 0)
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        os.closerange(0, 256)
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as server:
            server.bind(ADDRESS)
            server.listen()
            time.sleep(15)
    os._exit(0)


FOUND = reaches()
with contextlib.suppress(OSError):
    if os.fork() == 0:
        go_away()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
