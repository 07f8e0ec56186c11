# /// attack
# why = "Asks the addresses at which clouds give out credentials; where somebody is asked, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import socket
import urllib.error
import urllib.request

URLS = (
    "http://169.254.169.254/latest/meta-data/",
    "http://169.254.170.2/v2/credentials",
    "http://[fd00:ec2::254]/latest/meta-data/",
)


def asks(url):
    with contextlib.suppress(urllib.error.URLError, OSError, ValueError):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(url, timeout=0.1).close()
        return True
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as attempt:
        attempt.connect(("169.254.169.254", 80))  # sends nothing, but tells whether there is a way
        return True
    return False


FOUND = any(map(asks, URLS))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
