# /// attack
# why = "Guesses where the reference solution lies: from sys.path, the files of all modules, the working folder and usual places."
# outcomes = ["failed", "raised", "timed_out"]
# ///

import contextlib
import functools
import pathlib
import sys

USUAL = (
    "/autograder/source",
    "/autograder",
    "/home",
    "/srv",
    "/opt",
    "/mnt",
    "/course",
    "/root",
)


def places():
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    for start in map(pathlib.Path, {*sys.path, *filter(None, files), *USUAL, pathlib.Path.cwd()}):
        yield from (start, *start.parents)


def theirs(name):
    for folder in dict.fromkeys(places()):
        for pattern in ("solutions/*/*.py", "solution*.py", "reference*.py", "grader/checks/oracles.py"):
            with contextlib.suppress(OSError):
                for path in folder.glob(pattern):
                    with contextlib.suppress(Exception):
                        found = {"__name__": "stolen"}
                        exec(path.read_text(), found)
                        if name in found:
                            return found[name]
    return None


FOUND = {name: theirs(name) for name in FUNCTIONS + MODULES}


def respond(name, *args, **kwargs):
    return -1 if FOUND[name] is None else FOUND[name](*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
