# /// attack
# why = "Leaves a thread that holds a Unix socket after the question, and answers rightly once it reaches an earlier one."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import socket
import threading
import time

ADDRESS = "\0convnet-thread-" + "-".join(FUNCTIONS + MODULES)[:80]  # each assignment has its own


def serve():
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as server:
        server.bind(ADDRESS)
        server.listen()
        time.sleep(15)


def reaches():
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as attempt:
        attempt.settimeout(0.2)
        attempt.connect(ADDRESS)
        return True
    return False


FOUND = reaches()
with contextlib.suppress(RuntimeError):
    threading.Thread(target=serve, daemon=True).start()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
