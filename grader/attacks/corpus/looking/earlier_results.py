# /// attack
# why = "Looks for results of earlier gradings (JSON files, a gradebook) and answers with what they say was expected."
# outcomes = ["failed", "raised"]
# ///

import ast
import contextlib
import functools
import glob
import json
import os
import sqlite3

PLACES = (".", "..", "../..", "/tmp", "/tmp/*", "/var/tmp", os.path.expanduser("~"), "/autograder/results", "/srv/*")
EXPECTED = {}
for place in PLACES:
    for path in glob.glob(f"{place}/*.json") + glob.glob(f"{place}/results/*.json"):
        with contextlib.suppress(Exception), open(path) as file:
            for check in json.load(file)["checks"]:
                EXPECTED[check["counterexample"]] = ast.literal_eval(check["expected"])
    for path in glob.glob(f"{place}/*.db") + glob.glob(f"{place}/*.sqlite"):
        with contextlib.suppress(Exception), sqlite3.connect(f"file:{path}?mode=ro", uri=True) as book:
            EXPECTED.update(book.execute("SELECT counterexample, expected FROM checks"))


def respond(name, *args, **kwargs):
    words = [repr(value) for value in args] + [f"{key}={value!r}" for key, value in kwargs.items()]
    return EXPECTED.get(f"{name}({', '.join(words)})", -1)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
