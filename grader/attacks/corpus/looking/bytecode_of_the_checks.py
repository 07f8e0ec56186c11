# /// attack
# why = "Looks for compiled solutions and checks in `__pycache__`, where their source may be hidden but not their bytecode."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import functools
import glob
import marshal
import os
import sys


def compiled():
    starts = {os.getcwd(), os.path.dirname(os.path.abspath(__file__)), *sys.path, "/work", "/autograder"}
    for start in starts:
        for pattern in ("__pycache__/*.pyc", "checks/__pycache__/*.pyc", "../solutions/**/*.pyc", "solutions/**/*.pyc"):
            yield from glob.glob(os.path.join(start, pattern), recursive=True)[:200]


def theirs(name):
    for path in compiled():
        with contextlib.suppress(Exception), open(path, "rb") as file:
            code = marshal.loads(file.read()[16:])
            if name in code.co_names:
                found = {"__name__": "stolen", "__file__": path}
                exec(code, found)
                return found[name]
    return None


FOUND = {name: theirs(name) for name in FUNCTIONS + MODULES}


def respond(name, *args, **kwargs):
    return -1 if FOUND[name] is None else FOUND[name](*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
