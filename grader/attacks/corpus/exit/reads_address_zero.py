# /// attack
# why = "Crashes the interpreter itself, outside of Python."
# outcomes = ["crashed"]
# ///
import ctypes


def answer(*args, **kwargs):
    return ctypes.string_at(0)


everywhere(answer)
