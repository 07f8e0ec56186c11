# /// attack
# why = "Answers that it defines ten thousand names, all of them nearly what is asked for."
# outcomes = ["crashed", "missing", "raised"]
# ///
import contextlib
import os
import socket
import time


def channel():
    """Return the socket through which it is asked, where descriptor 3 is that."""
    return socket.socket(fileno=os.dup(3))


with contextlib.suppress(ImportError, OSError):
    from grader import protocol

    asked = (*FUNCTIONS, *MODULES)
    names = [f"{asked[turn % len(asked)]}{turn}" for turn in range(9_990)]
    kinds = tuple(protocol.Definition(name, "function") for name in names)
    protocol.send(channel(), protocol.Answer(1, protocol.Loaded(kinds)))
    time.sleep(0.5)  # else the real answer follows too soon

everywhere(lambda *args, **kwargs: -1)
