# /// attack
# why = "Sends the beginning of a message and closes the connection."
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
        channel().sendall(b"\x00\x00\x10\x00" + bytes(100))
        channel().shutdown(socket.SHUT_RDWR)
        os._exit(0)
    return -1


everywhere(answer)
