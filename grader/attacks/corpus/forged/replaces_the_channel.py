# /// attack
# why = "Puts another socket in the place of the one through which it is asked, and answers itself there."
# outcomes = ["crashed"]
# ///
import contextlib
import os
import socket

mine, theirs = socket.socketpair()


def answer(*args, **kwargs):
    with contextlib.suppress(OSError):
        if socket.socket(fileno=os.dup(3)).family == socket.AF_UNIX:
            os.dup2(theirs.fileno(), 3)
            mine.sendall(b"\x00\x00\x00\x01\xc3")
    return -1


everywhere(answer)
