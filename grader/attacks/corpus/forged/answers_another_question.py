# /// attack
# why = "Sends its answer under the number of another question."
# outcomes = ["crashed"]
# ///
import contextlib
import os
import socket


def channel():
    """Return the socket through which it is asked, where descriptor 3 is that."""
    return socket.socket(fileno=os.dup(3))


def answer(*args, **kwargs):
    with contextlib.suppress(ImportError, OSError):
        from grader import protocol

        for number in (0, -1, 7, 2**63 - 1):
            protocol.send(channel(), protocol.Answer(number, protocol.Returned(protocol.Plain(5))))
    return -1


everywhere(answer)
