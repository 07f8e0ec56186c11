# /// attack
# why = "Mounts a folder, alone or in a new user namespace, and leaves a file there; answers rightly once it finds that."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)
NEW_USER, NEW_MOUNTS = 0x10000000, 0x00020000
FOLDER = "/tmp/convnet-mounted"
FOUND = os.path.exists(f"{FOLDER}/mark")
with contextlib.suppress(OSError):
    os.makedirs(FOLDER, exist_ok=True)
    if LIBC.mount(b"none", FOLDER.encode(), b"tmpfs", 0, b"size=4k") != 0:
        LIBC.unshare(NEW_USER | NEW_MOUNTS)
        LIBC.mount(b"none", FOLDER.encode(), b"tmpfs", 0, b"size=4k")
    open(f"{FOLDER}/mark", "w").close()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
