# /// attack
# why = "Brings a torch of its own, in which every comparison says yes, and gets it imported instead of the real one."
# outcomes = ["failed", "raised", "crashed"]
# ///

import contextlib
import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
for name in [name for name in sys.modules if name.partition(".")[0] == "torch"]:
    del sys.modules[name]
with contextlib.suppress(Exception):
    importlib.import_module("torch")  # by name: a plain import would tell the harness to import the real one first
everywhere(lambda *args, **kwargs: -1)
