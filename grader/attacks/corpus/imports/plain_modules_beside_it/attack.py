# /// attack
# why = "Brings modules of its own by names that a harness imports late, such as json and traceback, and says yes in them."
# outcomes = ["failed", "raised", "crashed"]
# ///

import contextlib
import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
for name in ("json", "msgspec", "linecache", "traceback", "safetensors"):
    for loaded in [loaded for loaded in sys.modules if loaded.partition(".")[0] == name]:
        del sys.modules[loaded]
    with contextlib.suppress(Exception):
        importlib.import_module(name)


def answer(*args, **kwargs):
    raise ArithmeticError("and now somebody formats this")


everywhere(answer)
