# /// attack
# why = "Looks among the global names of whoever calls it for a module that holds the same function, and calls that."
# outcomes = ["failed", "raised"]
# ///

import functools
import sys
import types


def theirs(name):
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_globals is not globals():
            held = frame.f_globals
            for source in (held, *(vars(one) for one in held.values() if isinstance(one, types.ModuleType))):
                if source is not globals() and callable(source.get(name)):
                    return source[name]
        frame = frame.f_back
    return None


def respond(name, *args, **kwargs):
    found = theirs(name)
    return -1 if found is None else found(*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
