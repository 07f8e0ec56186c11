# /// attack
# why = "Raises the limit on core dumps and lets a fork abort, to find the memory of whoever forked it in a file."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import glob
import os
import resource

FOUND = False
with contextlib.suppress(Exception):
    with contextlib.suppress(Exception):
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    before = set(glob.glob("core*") + glob.glob("/tmp/core*") + glob.glob("/var/crash/*"))
    child = os.fork()
    if child == 0:
        os.abort()
    ended = os.waitpid(child, 0)[1]
    after = set(glob.glob("core*") + glob.glob("/tmp/core*") + glob.glob("/var/crash/*"))
    FOUND = os.WCOREDUMP(ended) or bool(after - before)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
