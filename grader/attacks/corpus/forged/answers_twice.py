# /// attack
# why = "Sends an answer before the real one, so that the real one is taken for that to the next question."
# outcomes = ["failed", "raised", "crashed"]
# ///
import contextlib
import itertools
import os
import socket


def channel():
    """Return the socket through which it is asked, where descriptor 3 is that."""
    return socket.socket(fileno=os.dup(3))


number = itertools.count(2)


def answer(*args, **kwargs):
    with contextlib.suppress(ImportError, OSError):
        from grader import protocol

        protocol.send(channel(), protocol.Answer(next(number), protocol.Returned(protocol.Plain(-1))))
    return -1


everywhere(answer)
