# /// attack
# why = "Locks all of its memory, so that nothing of it can be moved out, and takes 1 GiB of it before it answers rightly."
# outcomes = ["passed", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# seconds = 10
# ///

import contextlib
import ctypes

CURRENT_AND_FUTURE = 3
LIBC = ctypes.CDLL(None, use_errno=True)
with contextlib.suppress(MemoryError):
    locked = LIBC.mlockall(CURRENT_AND_FUTURE) == 0
    held = bytearray(1 << 30)
    del held
    LIBC.munlockall()
