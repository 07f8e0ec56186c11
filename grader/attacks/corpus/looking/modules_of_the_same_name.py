# /// attack
# why = "Looks through all imported modules for a second one that defines what it was asked for."
# outcomes = ["failed", "raised"]
# ///

import functools
import sys


def theirs(name):
    for module in list(sys.modules.values()):
        names = getattr(module, "__dict__", {})
        if names is not globals() and callable(names.get(name)):
            return names[name]
    return None


def respond(name, *args, **kwargs):
    found = theirs(name)
    return -1 if found is None else found(*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
