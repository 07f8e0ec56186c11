# /// attack
# why = "Imports itself while it is being imported: by its own name, by others, relative to a package that it is not in."
# outcomes = ["failed", "raised", "crashed", "timed_out"]
# ///

import contextlib
import importlib
import importlib.util
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
OWN = os.path.basename(__file__).removesuffix(".py")
if not hasattr(sys, "convnet_depth"):
    sys.convnet_depth = 0
sys.convnet_depth += 1
if sys.convnet_depth < 20:
    for name in (OWN, __name__, f"{OWN}.{OWN}", "__main__"):
        sys.modules.pop(name, None) if name == OWN else None
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    with contextlib.suppress(Exception):
        spec = importlib.util.spec_from_file_location(f"copy{sys.convnet_depth}", __file__)
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    with contextlib.suppress(ImportError):
        from . import checks

        checks.answers()
    with contextlib.suppress(ImportError):
        from ..solutions import answers

        answers.all()
everywhere(lambda *args, **kwargs: -1)
