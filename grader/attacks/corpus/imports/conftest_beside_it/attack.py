# /// attack
# why = "Brings `conftest.py` and `pytest.ini`, by which every check would pass, and loads them into the pytest that runs."
# outcomes = ["failed", "raised", "crashed"]
# ///

import contextlib
import gc
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
with contextlib.suppress(ImportError):
    import conftest
    import pytest

    for found in gc.get_objects():
        if type(found).__name__ == "PytestPluginManager":
            found.register(conftest, "forged")
    pytest.fail = pytest.skip
everywhere(lambda *args, **kwargs: -1)
