# /// attack
# why = "Sends a message byte by byte, so that each byte is just in time and the whole one never is."
# outcomes = ["timed_out"]
# ///
import contextlib
import os
import socket
import time


def channel():
    """Return the socket through which it is asked, where descriptor 3 is that."""
    return socket.socket(fileno=os.dup(3))


def answer(*args, **kwargs):
    with contextlib.suppress(OSError):
        channel().sendall(b"\x00\x10\x00\x00")
        while True:
            channel().sendall(b"\xc0")
            time.sleep(0.05)
    return -1


everywhere(answer)
