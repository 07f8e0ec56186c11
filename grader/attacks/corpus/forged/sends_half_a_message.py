# /// attack
# why = "Sends the beginning of a message and then nothing, for whoever waits for the rest."
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
        channel().sendall(b"\x00\x00\x10\x00" + bytes(100))
        time.sleep(3600)
    return -1


everywhere(answer)
