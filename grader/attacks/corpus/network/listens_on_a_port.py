# /// attack
# why = "Listens on TCP ports, for somebody who is graded beside it and wants answers; where it can, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import socket


def listens(family, address):
    with contextlib.suppress(OSError), socket.socket(family) as server:
        server.bind((address, 0))
        server.listen()
        return True
    return False


FOUND = listens(socket.AF_INET, "0.0.0.0") or listens(socket.AF_INET, "127.0.0.1") or listens(socket.AF_INET6, "::")


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
