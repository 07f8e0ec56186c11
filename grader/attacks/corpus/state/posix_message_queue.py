# /// attack
# why = "Leaves a message in a POSIX message queue, and answers rightly once it receives one of an earlier process."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import ctypes
import os

FOUND = False
with contextlib.suppress(OSError, AttributeError):
    library = ctypes.CDLL(None)
    if not hasattr(library, "mq_open"):
        library = ctypes.CDLL("librt.so.1")
    most_and_size = (ctypes.c_long * 8)(0, 4, 64)
    queue = library.mq_open(b"/convnet-mark", os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o666, most_and_size)
    received = ctypes.create_string_buffer(64)
    FOUND = queue != -1 and library.mq_receive(queue, received, ctypes.c_size_t(64), None) > 0
    if queue != -1:
        library.mq_send(queue, b"mark", ctypes.c_size_t(4), 0)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
