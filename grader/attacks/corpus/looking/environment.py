# /// attack
# why = "Searches the environment for answers, seeds, and paths that lead to the solution."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import functools
import os
import pathlib


def theirs(name):
    for value in os.environ.values():
        for word in value.split(os.pathsep):
            start = pathlib.Path(word)
            if start.is_absolute():
                for folder in (start, *start.parents):
                    for path in (*folder.glob("solutions/*/*.py"), *folder.glob("solution*.py")):
                        with contextlib.suppress(Exception):
                            found = {"__name__": "stolen"}
                            exec(path.read_text(), found)
                            if name in found:
                                return found[name]
    return None


def respond(name, *args, **kwargs):
    with contextlib.suppress(OSError):
        found = theirs(name)
        return -1 if found is None else found(*args, **kwargs)
    return -1


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
