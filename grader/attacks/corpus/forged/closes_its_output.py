# /// attack
# why = "Closes its output, or puts something else in its place, so that whoever writes or waits there fails."
# outcomes = ["failed", "raised"]
# ///
import contextlib
import os
import socket
import sys


class Broken:
    def flush(self):
        raise KeyError("30 of 30")

    write = flush


def answer(*args, **kwargs):
    other, _ = socket.socketpair()
    for descriptor in (1, 2):
        with contextlib.suppress(OSError):
            os.dup2(other.fileno(), descriptor)
            os.close(descriptor)
    sys.stdout = sys.stderr = Broken()
    return -1


everywhere(answer)
