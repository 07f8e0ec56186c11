# /// attack
# why = "Leaves a settings file and a module at home, where the next Python finds them, and answers rightly once it finds them."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import contextlib
import os
import pathlib
import site
import tempfile

HOME = pathlib.Path(os.path.expanduser("~"))
MARKS = (HOME / ".cache" / "convnet-mark", pathlib.Path(site.getusersitepackages()) / "convnet_mark.py")
FOUND = any(os.path.exists(mark) for mark in MARKS)
for mark in MARKS:
    if str(HOME).startswith((tempfile.gettempdir(), "/tmp")):  # a home that lasts is not ours to write into
        with contextlib.suppress(OSError):
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
