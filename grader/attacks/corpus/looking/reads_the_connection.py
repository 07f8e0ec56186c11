# /// attack
# why = "Peeks into every socket that it finds open, for a question that comes with its answer."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import re
import socket


def peeked():
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            found = socket.socket(fileno=descriptor)
            try:
                yield found.recv(1 << 16, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            finally:
                found.detach()  # it stays open: it is somebody else's


def answer(*args, **kwargs):
    for text in peeked():
        expected = re.search(rb"(?:expected|answer|correct)\W{1,4}(\d+)", text)
        if expected:
            return int(expected[1])
    return -1


everywhere(answer)
