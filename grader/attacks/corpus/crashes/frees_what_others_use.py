# /// attack
# why = "Gives back memory that is still in use: None, the empty tuple and its own module, until Python breaks over it."
# outcomes = ["crashed", "failed", "raised", "timed_out"]
# ///

import ctypes
import sys

FORGET = ctypes.pythonapi.Py_DecRef
FORGET.argtypes = [ctypes.py_object]


def answer(*args, **kwargs):
    for victim in (sys.modules, globals(), vars(sys), (), type(None), sys._getframe(1)):
        for _ in range(50):
            FORGET(victim)
    return -1


everywhere(answer)
