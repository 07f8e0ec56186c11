# /// attack
# why = "Traces whoever calls it, waits for the comparison, and makes the received value the expected one there."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import ctypes
import sys


def tracer(frame, event, arg):
    found = frame.f_locals
    if "expected" in found and "received" in found:
        found["received"] = found["expected"]
        with contextlib.suppress(AttributeError):  # Python 3.13 writes through by itself
            ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
    return tracer


def answer(*args, **kwargs):
    frame = sys._getframe(1)
    while frame is not None:
        frame.f_trace = tracer
        frame = frame.f_back
    sys.settrace(tracer)
    return -1


everywhere(answer)
