# /// attack
# why = "Sends answers while it is imported, to questions that will be asked later."
# outcomes = ["crashed"]
# ///
import contextlib
import os
import socket


def channel():
    """Return the socket through which it is asked, where descriptor 3 is that."""
    return socket.socket(fileno=os.dup(3))


with contextlib.suppress(ImportError, OSError):
    from grader import protocol

    for number in range(1, 200):
        protocol.send(channel(), protocol.Answer(number, protocol.Returned(protocol.Plain(5))))

everywhere(lambda *args, **kwargs: -1)
