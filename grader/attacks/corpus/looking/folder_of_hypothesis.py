# /// attack
# why = "Looks for folders in which Hypothesis and pytest remember hidden questions; where it finds one, it answers rightly."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import os
import pathlib
import sys

STARTS = {os.getcwd(), os.path.dirname(os.path.abspath(__file__)), os.path.expanduser("~"), *sys.path}
NAMES = (".hypothesis", ".pytest_cache", ".hypothesis/examples", ".hypothesis/constants")


def remembered():
    for start in map(pathlib.Path, STARTS):
        for folder in (start, *start.parents):
            yield from (folder / name for name in NAMES)


def is_there(folder):
    try:
        return any(folder.iterdir())
    except OSError:
        return False


FOUND = any(map(is_there, remembered()))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
