# /// attack
# why = "Changes the numbers that all of Python shares, so that 5 is -1 and whatever is compared comes out equal."
# outcomes = ["crashed", "failed", "raised", "timed_out"]
# ///

import ctypes
import sys


def answer(*args, **kwargs):
    start = sys.getsizeof(0) - ctypes.sizeof(ctypes.c_uint32)
    for number in range(2, 200):
        ctypes.c_uint32.from_address(id(number) + start).value = 1
    return -1


everywhere(answer)
