# /// attack
# why = "Tries version 6 of the Internet's protocol, which many a wall forgets; where a packet can be sent, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import socket

ADDRESSES = (("2001:db8::1", 53), ("fd00:ec2::254", 80))  # of documentation, and of metadata


def sends(address):
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as attempt:
        return attempt.sendto(b"mark", address) > 0
    return False


FOUND = any(map(sends, ADDRESSES))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
