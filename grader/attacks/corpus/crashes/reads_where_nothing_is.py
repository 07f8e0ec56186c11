# /// attack
# why = "Ends its process by a segmentation fault: it calls a function at an address where nothing is."
# outcomes = ["crashed"]
# ///

import ctypes


def answer(*args, **kwargs):
    ctypes.CFUNCTYPE(ctypes.c_int)(1)()
    return -1


everywhere(answer)
