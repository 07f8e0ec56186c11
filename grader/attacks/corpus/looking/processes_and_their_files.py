# /// attack
# why = "Reads command line, environment, working folder and root of every process, and follows the paths to the solution."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import functools
import glob
import os


def places():
    for process in glob.glob("/proc/[0-9]*"):
        yield from (f"{process}/cwd", f"{process}/root")
        for part in ("cmdline", "environ"):
            with contextlib.suppress(OSError), open(f"{process}/{part}", errors="replace") as file:
                for word in file.read().replace("=", "\0").replace(":", "\0").split("\0"):
                    while len(word) > 1:
                        yield word
                        word = os.path.dirname(word)


def theirs(name):
    for place in dict.fromkeys(places()):
        for path in (*glob.glob(f"{place}/solutions/*/*.py"), *glob.glob(f"{place}/*/*/solutions/*/*.py")):
            with contextlib.suppress(Exception), open(path) as file:
                found = {"__name__": "stolen"}
                exec(file.read(), found)
                if name in found:
                    return found[name]
    return None


FOUND = {name: theirs(name) for name in FUNCTIONS + MODULES}


def respond(name, *args, **kwargs):
    return -1 if FOUND[name] is None else FOUND[name](*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
