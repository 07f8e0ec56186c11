# /// attack
# why = "Reads a file of Python that nobody else reads, and answers rightly once it finds one that was read a moment ago."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///
"""Most file systems note the first reading of a day; whoever can read can leave a mark."""

import contextlib
import glob
import os
import time

LIBRARY = os.path.dirname(os.__file__)
NOBODY_READS = sorted(glob.glob(f"{LIBRARY}/turtledemo/*.py") + glob.glob(f"{LIBRARY}/lib2to3/**/*.py", recursive=True))


def age(path):
    return time.time() - os.stat(path).st_atime


FOUND = any(0 <= age(path) < 60 for path in NOBODY_READS)
for path in NOBODY_READS:
    if age(path) > 86_400 or os.stat(path).st_atime <= os.stat(path).st_mtime:
        with contextlib.suppress(OSError), open(path, "rb") as file:
            file.read(1)
        break


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
