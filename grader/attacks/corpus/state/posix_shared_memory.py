# /// attack
# why = "Leaves named POSIX shared memory and a named semaphore, and answers rightly once it finds one of an earlier process."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import os

with contextlib.suppress(ImportError):
    import _posixshmem

FOUND = False
for name, flags in (("/convnet-named", os.O_RDWR), ("/sem.convnet-named", os.O_RDWR)):
    with contextlib.suppress(OSError, NameError):
        os.close(_posixshmem.shm_open(name, flags, mode=0o600))
        FOUND = True
    with contextlib.suppress(OSError, NameError):
        os.close(_posixshmem.shm_open(name, flags | os.O_CREAT, mode=0o600))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
