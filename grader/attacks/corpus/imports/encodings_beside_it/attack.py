# /// attack
# why = "Brings a package `encodings` of its own, which turns bytes into text, and lets it rewrite sources."
# outcomes = ["failed", "raised", "crashed"]
# ///

import contextlib
import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
for name in [name for name in sys.modules if name.partition(".")[0] == "encodings"]:
    del sys.modules[name]
with contextlib.suppress(Exception):
    importlib.import_module("encodings").register()
everywhere(lambda *args, **kwargs: -1)
