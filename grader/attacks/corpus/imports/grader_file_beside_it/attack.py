# /// attack
# why = "Brings a file `grader.py`, which an import by name finds before the real package, and calls its `check()`."
# outcomes = ["failed", "raised", "crashed"]
# ///

import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.modules.pop("grader", None)
importlib.invalidate_caches()
importlib.import_module("grader").check()
everywhere(lambda *args, **kwargs: -1)
