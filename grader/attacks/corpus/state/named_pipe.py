# /// attack
# why = "Leaves a named pipe with somebody at its other end, and answers rightly once it can write into an earlier one."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import os
import time

PIPES = ("/tmp/convnet-pipe", "/dev/shm/convnet-pipe", "/var/tmp/convnet-pipe")
FOUND = False
for path in PIPES:
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        FOUND = True
    with contextlib.suppress(OSError):
        os.mkfifo(path)
with contextlib.suppress(OSError):
    if os.fork() == 0:
        with contextlib.suppress(OSError):
            os.setsid()
            ends = [os.open(path, os.O_RDONLY | os.O_NONBLOCK) for path in PIPES if os.path.exists(path)]
            time.sleep(15 if ends else 0)
        os._exit(0)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
