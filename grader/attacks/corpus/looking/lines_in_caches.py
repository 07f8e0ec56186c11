# /// attack
# why = "Searches what linecache and tracemalloc remember of files that this process has read for the solution."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import functools
import linecache
import tracemalloc

tracemalloc.start()


def theirs(name):
    files = {trace.filename for entry in tracemalloc.take_snapshot().traces for trace in entry.traceback}
    for file in {*files, *linecache.cache}:
        text = "".join(linecache.getlines(file))
        if file != __file__ and (f"def {name}(" in text or f"class {name}(" in text):
            with contextlib.suppress(Exception):
                found = {"__name__": "stolen", "__file__": file}
                exec(text, found)
                return found[name]
    return None


FOUND = {name: theirs(name) for name in FUNCTIONS + MODULES}
tracemalloc.stop()


def respond(name, *args, **kwargs):
    return -1 if FOUND[name] is None else FOUND[name](*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
