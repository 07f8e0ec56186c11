# /// attack
# why = "Tells of progress in numbers that no training has, for whoever computes with them or shows them."
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

        now = next(number)
        for share in (float("nan"), float("inf"), -1.0, 5e-324, 1e308, 0.0):
            for passes in (-(2**63), 0, 2**63 - 1):
                protocol.send(channel(), protocol.Progress(now, passes, share, -share))
    return -1


everywhere(answer)
