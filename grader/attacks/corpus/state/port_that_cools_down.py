# /// attack
# why = "Leaves a TCP port in the minute of rest that follows a connection, and answers rightly once it finds the port taken."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///
"""The kernel keeps such a port for the whole network namespace, whichever process it was of."""

import errno
import socket

ADDRESS = ("127.0.0.1", 20_000 + sum("-".join(FUNCTIONS + MODULES).encode()) % 10_000)  # each assignment has its own
FOUND = False
try:
    with socket.socket() as server:
        server.bind(ADDRESS)
        server.listen()
        server.settimeout(0.2)
        caller = socket.create_connection(ADDRESS, timeout=0.2)
        called, _ = server.accept()
        called.close()  # who closes first keeps the port
        caller.recv(1)
        caller.close()
except OSError as error:
    FOUND = error.errno == errno.EADDRINUSE


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
