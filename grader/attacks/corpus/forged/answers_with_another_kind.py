# /// attack
# why = "Answers a question about a value with a description of a network, which is a right message at the wrong time."
# outcomes = ["crashed"]
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

        parameter = protocol.ParameterEntry("weight", (403_850,), "float32", True)
        protocol.send(channel(), protocol.Answer(next(number), protocol.Described((parameter,))))
    return -1


everywhere(answer)
