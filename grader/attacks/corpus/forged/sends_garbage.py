# /// attack
# why = "Sends random bytes in place of a message."
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
        noise = os.urandom(1000)
        for _ in range(20):
            channel().sendall(len(noise).to_bytes(4, "big") + noise)
    return -1


everywhere(answer)
