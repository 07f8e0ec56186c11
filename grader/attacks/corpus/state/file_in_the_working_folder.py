# /// attack
# why = "Leaves a file in its working folder and in those above, and answers rightly once it finds one of an earlier process."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import os
import tempfile

MARK = ".convnet-mark"
ALLOWED = (tempfile.gettempdir(), "/tmp", "/dev/shm")
FOLDERS = [os.path.abspath(folder) for folder in (".", "..", "../..", os.path.dirname(os.path.abspath(__file__)))]
FOUND = any(os.path.exists(os.path.join(folder, MARK)) for folder in FOLDERS)
for folder in FOLDERS:
    if folder.startswith(ALLOWED):
        with contextlib.suppress(OSError):
            open(os.path.join(folder, MARK), "w").close()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
