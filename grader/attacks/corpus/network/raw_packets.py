# /// attack
# why = "Opens raw sockets and packet sockets, which read and forge the traffic of others; where it gets one, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import socket

ALL, PACKETS = 0x0300, getattr(socket, "AF_PACKET", 17)
KINDS = (
    (PACKETS, socket.SOCK_RAW, ALL),
    (PACKETS, socket.SOCK_DGRAM, ALL),
    (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    (socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP),
    (socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW),
)


def opens(family, kind, protocol):
    with contextlib.suppress(OSError), socket.socket(family, kind, protocol):
        return True
    return False


FOUND = any(opens(*kind) for kind in KINDS)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
