# /// attack
# why = "Tells of its progress without end and never answers."
# outcomes = ["crashed", "timed_out"]
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

        ours, now = channel(), next(number)
        while True:
            protocol.send(ours, protocol.Progress(now, 1, 0.5, 0.5))
    return -1


everywhere(answer)
