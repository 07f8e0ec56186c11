# /// attack
# why = "Leaves a child that answers on an abstract Unix socket, and answers rightly once it reaches an earlier one."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import os
import socket
import time

ADDRESS = "\0convnet-child-" + "-".join(FUNCTIONS + MODULES)[:80]  # each assignment has its own


def reaches():
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as attempt:
        attempt.settimeout(0.2)
        attempt.connect(ADDRESS)
        return True
    return False


FOUND = reaches()
with contextlib.suppress(OSError):
    if os.fork() == 0:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as server:
            server.bind(ADDRESS)
            server.listen()
            time.sleep(15)
        os._exit(0)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
