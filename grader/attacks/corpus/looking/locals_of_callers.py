# /// attack
# why = "Walks up the frames of whoever calls it and takes what they have in a variable named `expected` or `reference`."
# outcomes = ["failed", "raised"]
# ///

import functools
import sys

VALUES = ("expected", "correct", "right", "want", "wanted", "solution")
SOURCES = ("reference", "ref", "oracle", "oracles")


def respond(name, *args, **kwargs):
    frame = sys._getframe(1)
    while frame is not None:
        found = frame.f_locals
        for key in VALUES:
            if key in found:
                return found[key](*args, **kwargs) if callable(found[key]) else found[key]
        for key in SOURCES:
            if hasattr(found.get(key), name):
                return getattr(found[key], name)(*args, **kwargs)
        frame = frame.f_back
    return -1


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
