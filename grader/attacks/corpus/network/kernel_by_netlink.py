# /// attack
# why = "Talks to the kernel by netlink, which tells of interfaces, routes and processes; where it is let in, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import socket

FAMILY = getattr(socket, "AF_NETLINK", 16)
ROUTES, DIAGNOSIS, AUDIT, CONNECTOR, EVENTS, GENERIC = 0, 4, 9, 11, 15, 16


def is_let_in(protocol):
    with contextlib.suppress(OSError), socket.socket(FAMILY, socket.SOCK_RAW, protocol) as attempt:
        attempt.bind((0, 0))
        return True
    return False


FOUND = any(map(is_let_in, (ROUTES, DIAGNOSIS, AUDIT, CONNECTOR, EVENTS, GENERIC)))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
