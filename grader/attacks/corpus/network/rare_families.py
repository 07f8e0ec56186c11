# /// attack
# why = "Opens sockets of every family, from Bluetooth to TIPC; where one other than Unix opens, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import socket

UNIX, INET, INET6 = 1, 2, 10  # of these, others tell
FAMILIES = [family for family in range(46) if family not in (UNIX, INET, INET6)]


def opens(family):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET, 4):
        with contextlib.suppress(OSError), socket.socket(family, kind, 0):
            return True
    return False


FOUND = any(map(opens, FAMILIES))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
