# /// attack
# why = "Opens TCP connections to addresses outside; where one is made, refused or lost on the way, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import socket

ADDRESSES = (("192.0.2.1", 80), ("198.51.100.1", 443), ("203.0.113.1", 22))  # of documentation: nobody is there


def reaches(address):
    try:
        socket.create_connection(address, timeout=0.1).close()
    except (TimeoutError, ConnectionError):
        return True  # it had a way out
    except OSError:
        return False
    return True


FOUND = any(map(reaches, ADDRESSES))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
