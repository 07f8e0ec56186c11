# /// attack
# why = "Empties the table of modules, the import path and the finders, so that nobody can import anything any more."
# outcomes = ["crashed", "failed", "raised"]
# ///

import sys


def answer(*args, **kwargs):
    kept = sys
    kept.path.clear()
    kept.meta_path.clear()
    kept.path_importer_cache.clear()
    for module in list(kept.modules.values()):
        if getattr(module, "__name__", "").startswith(("grader", "pytest", "_pytest", "torch.")):
            vars(module).clear()
    kept.modules.clear()
    return -1


everywhere(answer)
