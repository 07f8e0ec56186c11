# /// attack
# why = "Answers without reading the question and ends with that question unread, which is an error on the other side."
# outcomes = ["failed", "crashed"]
# ///
import contextlib
import os
import select
import socket


def channel():
    """Return the socket through which it is asked, where descriptor 3 is that."""
    return socket.socket(fileno=os.dup(3))


with contextlib.suppress(ImportError, OSError):
    from grader import protocol

    ours = channel()
    kinds = tuple(protocol.Definition(name, "function") for name in (*FUNCTIONS, *MODULES))
    protocol.send(ours, protocol.Answer(1, protocol.Loaded(kinds)))
    select.select([ours], [], [], 1)  # the first question has come
    protocol.send(ours, protocol.Answer(2, protocol.Returned(protocol.Plain(-1))))
    os._exit(0)

everywhere(lambda *args, **kwargs: -1)
