# /// attack
# why = "Opens a socket to the ciphers of the kernel (AF_ALG), where bugs were found; where it gets one, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import socket

FAMILY = getattr(socket, "AF_ALG", 38)
FOUND = False
with contextlib.suppress(OSError), socket.socket(FAMILY, socket.SOCK_SEQPACKET, 0):
    FOUND = True


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
