# /// attack
# why = "Leaves a key in the key rings that the kernel keeps for a user and a session, and answers rightly once it finds one."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import ctypes
import platform

LIBC = ctypes.CDLL(None, use_errno=True)
ADD_KEY, KEYCTL = {"x86_64": (248, 250), "aarch64": (217, 219)}.get(platform.machine(), (-1, -1))
SEARCH = 10
RINGS = (-5, -4, -3, -2, -1)  # of the user's session, the user, the session, the process, the thread

FOUND = any(LIBC.syscall(KEYCTL, SEARCH, ring, b"user", b"convnet-mark", 0) > 0 for ring in RINGS)
for ring in RINGS:
    LIBC.syscall(ADD_KEY, b"user", b"convnet-mark", b"here", ctypes.c_size_t(4), ring)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
