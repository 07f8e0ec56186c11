# /// attack
# why = "Looks in the temporary folders, and in the folders above its own, for what other students handed in, and uses that."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import functools
import glob
import os
import tempfile

OWN = os.path.realpath(__file__)


def theirs(name):
    above = os.path.dirname(OWN)
    for place in ("/tmp", "/var/tmp", "/dev/shm", tempfile.gettempdir(), above, os.path.dirname(above), os.getcwd()):
        for path in glob.glob(f"{place}/**/*.py", recursive=True)[:500]:
            if os.path.realpath(path) != OWN:
                with contextlib.suppress(Exception), open(path) as file:
                    text = file.read()
                    if name in text and "NotImplementedError" not in text:  # not the stub
                        found = {"__name__": "stolen", "__file__": path}
                        exec(text, found)
                        return found[name]
    return None


FOUND = {name: theirs(name) for name in FUNCTIONS + MODULES}


def respond(name, *args, **kwargs):
    return -1 if FOUND[name] is None else FOUND[name](*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
