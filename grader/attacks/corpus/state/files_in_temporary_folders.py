# /// attack
# why = "Leaves a file in every temporary folder, and answers rightly once it finds one of an earlier process."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import os
import tempfile

FOLDERS = {"/tmp", "/var/tmp", "/dev/shm", "/run/lock", "/run/shm", "/usr/tmp", tempfile.gettempdir()}
MARKS = [os.path.join(folder, "convnet-mark") for folder in FOLDERS]
FOUND = any(map(os.path.exists, MARKS))
for mark in MARKS:
    with contextlib.suppress(OSError):
        open(mark, "w").close()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
