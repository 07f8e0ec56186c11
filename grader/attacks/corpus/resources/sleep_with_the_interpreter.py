# /// attack
# why = "Sleeps in C while it holds the lock of the interpreter, so that no timer inside of this process can end it."
# outcomes = ["timed_out"]
# ///

import ctypes


def answer(*args, **kwargs):
    return ctypes.PyDLL(None).sleep(100) - 1000


everywhere(answer)
