# /// attack
# why = "Reloads the modules of the harness, of pytest and of Python, so that their state is lost and their classes exist twice."
# outcomes = ["failed", "raised", "crashed", "timed_out"]
# ///

import contextlib
import importlib
import sys

BEGINNINGS = ("grader", "msgspec", "safetensors", "_pytest.outcomes", "pytest", "socket", "struct", "types", "os", "io")
for name in [name for name in sys.modules if name.partition(".")[0] in BEGINNINGS or name.startswith("_pytest.out")]:
    if name not in ("__main__", "grader.worker.__main__"):
        with contextlib.suppress(Exception):
            importlib.reload(sys.modules[name])
everywhere(lambda *args, **kwargs: -1)
