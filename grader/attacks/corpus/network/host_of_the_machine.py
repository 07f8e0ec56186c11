# /// attack
# why = "Calls the host of a virtual machine (AF_VSOCK), past all namespaces; where a socket opens, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import socket

FAMILY, HYPERVISOR, LOCAL, HOST = getattr(socket, "AF_VSOCK", 40), 0, 1, 2


def calls(address):
    with contextlib.suppress(OSError), socket.socket(FAMILY, socket.SOCK_STREAM) as attempt:
        attempt.settimeout(0.1)
        with contextlib.suppress(OSError):
            attempt.connect((address, 1024))
        return True  # the socket alone is more than a submission needs
    return False


FOUND = any(map(calls, (HYPERVISOR, LOCAL, HOST)))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
