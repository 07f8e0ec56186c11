# /// attack
# why = "Brings a package `grader` of its own whose comparisons never fail, and puts it in the place of the real one."
# outcomes = ["failed", "raised", "crashed"]
# ///

import contextlib
import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
real = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "grader"}
for name in ("grader", "grader.checks.expect.values", "grader.grading.scoring", "grader.checks.oracles"):
    with contextlib.suppress(Exception):
        importlib.import_module(name)
for name, module in real.items():  # who has the real one already gets what ours says
    ours = sys.modules.get(name)
    if ours is not None and "expect" in name:
        vars(module).update({key: value for key, value in vars(ours).items() if not key.startswith("__")})
everywhere(lambda *args, **kwargs: -1)
