# /// attack
# why = "Changes what processes inherit: umask, niceness, flags of standard streams; and answers rightly once it inherits that."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import fcntl
import os

UMASK = 0o135


def flags(descriptor):
    with contextlib.suppress(OSError):
        return fcntl.fcntl(descriptor, fcntl.F_GETFL)
    return 0


before = os.umask(UMASK)
FOUND = before == UMASK or any(flags(stream) & os.O_NONBLOCK for stream in (0, 1, 2))
for stream in (0, 1, 2):
    with contextlib.suppress(OSError):
        fcntl.fcntl(stream, fcntl.F_SETFL, flags(stream) | os.O_NONBLOCK)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
