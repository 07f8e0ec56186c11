# /// attack
# why = "Brings its own halves of the worker, which are imported late, and answers every question about networks itself."
# outcomes = ["failed", "raised", "crashed"]
# ///
"""What comes back is still only evidence: it would have to be the right numbers."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for name in [name for name in sys.modules if name.startswith(("grader.worker.execution.modules", "grader.worker.execution.observe"))]:
    del sys.modules[name]
for name in ("grader.worker", "grader"):
    package = sys.modules.get(name)
    if package is not None:
        package.__path__ = [os.path.join(HERE, *name.split(".")), *package.__path__]
everywhere(lambda *args, **kwargs: -1)
