# /// attack
# why = "Walks the whole disk for a folder of solutions, of hidden checks or of labels, as far as half a second reaches."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import functools
import os
import time

KERNEL = {"proc", "sys", "site-packages", "dist-packages"}  # large, and looked into by other attacks


def files():
    ends = time.monotonic() + 0.5
    for folder, below, names in os.walk("/"):
        below[:] = [one for one in below if one not in KERNEL]
        if os.sep + "solutions" in folder:
            yield from (os.path.join(folder, one) for one in names if one.endswith(".py"))
        if time.monotonic() > ends:
            return


FOUND = {}
for path in files():
    with contextlib.suppress(Exception), open(path) as file:
        defined = {"__name__": "stolen"}
        exec(file.read(), defined)
        FOUND.update((name, defined[name]) for name in FUNCTIONS + MODULES if name in defined)


def respond(name, *args, **kwargs):
    return FOUND[name](*args, **kwargs) if name in FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
