# /// attack
# why = "Reads the memory of other processes by process_vm_readv, where a fork has the same addresses; then it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)
SHARED = id(ctypes)  # made before the fork, so both have it


class Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


def reads(process):
    target = ctypes.create_string_buffer(16)
    into, source = Piece(ctypes.addressof(target), 16), Piece(SHARED, 16)
    return LIBC.process_vm_readv(process, ctypes.byref(into), 1, ctypes.byref(source), 1, 0) == 16


FOUND = any(reads(process) for process in range(1, 200) if process != os.getpid()) or reads(os.getppid())


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
