# /// attack
# why = "Deletes the built-in names that everything needs: isinstance, len, Exception, type, open, and the rest."
# outcomes = ["crashed", "failed", "raised"]
# ///

import builtins


def answer(*args, **kwargs):
    for name in [name for name in dir(builtins) if not name.startswith("__")]:
        vars(builtins).pop(name)
    return -1


everywhere(answer)
