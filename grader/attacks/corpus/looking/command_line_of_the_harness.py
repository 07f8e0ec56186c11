# /// attack
# why = "Takes paths from the command line and from `__main__`, and looks beside them for a solution."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import functools
import pathlib
import sys


def theirs(name):
    main = sys.modules["__main__"]
    words = [*sys.argv, *sys.orig_argv, getattr(main, "__file__", None) or ""]
    folders = dict.fromkeys(folder for word in words for folder in pathlib.Path(word).absolute().parents)
    for folder in folders:
        for path in folder.glob("solutions/*/*.py"):
            with contextlib.suppress(Exception):
                found = {"__name__": "stolen"}
                exec(path.read_text(), found)
                if name in found:
                    return found[name]
    return getattr(main, name, None)


def respond(name, *args, **kwargs):
    found = theirs(name)
    return -1 if found is None else found(*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
