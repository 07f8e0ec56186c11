# /// attack
# why = "Asks the garbage collector for all functions and classes, and uses one of the same name that is not its own."
# outcomes = ["failed", "raised"]
# ///

import functools
import gc
import types


def theirs(name):
    gc.unfreeze()  # what a parent froze before it forked is not listed otherwise
    for found in gc.get_objects():
        if isinstance(found, types.FunctionType) and found.__name__ == name and found.__globals__ is not globals():
            return found
        if isinstance(found, type) and found.__name__ == name and found.__module__ != __name__:
            return found
    return None


def respond(name, *args, **kwargs):
    found = theirs(name)
    return -1 if found is None else found(*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
