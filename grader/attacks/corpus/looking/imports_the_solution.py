# /// attack
# why = "Imports the solution, the oracles and the checks by every name that they might have."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import functools
import importlib

NAMES = ("solution", "reference", "answers", "grader.checks.oracles", "grader.diagnosis.misconceptions", "solutions", "hidden_checks")
MODULE = __name__.rpartition(".")[2]


def theirs(name):
    for place in (*NAMES, f"solutions.{MODULE}.{MODULE}", f"solutions.{MODULE}", f"solution.{MODULE}"):
        with contextlib.suppress(BaseException):
            return getattr(importlib.import_module(place), name)
    return None


def respond(name, *args, **kwargs):
    found = theirs(name)
    return -1 if found is None else found(*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
