# /// attack
# why = "Sends UDP packets and questions to name servers outside; where one can be sent, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import socket

QUESTION = b"\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06grader\x07invalid\x00\x00\x01\x00\x01"
ADDRESSES = (("192.0.2.53", 53), ("198.51.100.1", 9))


def sends(address):
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as attempt:
        return attempt.sendto(QUESTION, address) > 0
    return False


FOUND = any(map(sends, ADDRESSES))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
