# /// attack
# why = "Brings a numpy of its own, through which tensors would be read and packed, and gets it imported instead of the real one."
# outcomes = ["failed", "raised", "crashed", "timed_out"]
# seconds = 5
# ///

import contextlib
import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
for name in [name for name in sys.modules if name.partition(".")[0] == "numpy"]:
    del sys.modules[name]
with contextlib.suppress(Exception):
    importlib.import_module("numpy").array([1])


def answer(*args, **kwargs):
    try:
        import torch
    except ImportError:
        return -1
    return torch.full((2, 2), -1.0)


everywhere(answer)
