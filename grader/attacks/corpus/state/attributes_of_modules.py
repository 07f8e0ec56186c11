# /// attack
# why = "Leaves a mark in `sys`, `builtins` and other modules that outlive a submission, and answers rightly once it finds one."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import builtins
import sys

OTHERS = ("os", "random", "torch", "numpy", "pytest", "grader", "grader.worker.execution.answer", "grader.protocol")
KEPT = [sys, builtins, *(sys.modules[name] for name in OTHERS if name in sys.modules)]
FOUND = any(hasattr(module, "convnet_mark") for module in KEPT)
for module in KEPT:
    module.convnet_mark = True


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
