# /// attack
# why = "Changes the class of its module, so that its names are looked up by its own code, and binds names that are no texts."
# outcomes = ["failed", "raised", "missing", "crashed"]
# ///

import sys
import types


class Odd(types.ModuleType):
    def __getattribute__(self, name):
        if name in FUNCTIONS + MODULES:
            return lambda *args, **kwargs: -1
        return super().__getattribute__(name)


if isinstance(sys.modules.get(__name__), types.ModuleType):
    sys.modules[__name__].__class__ = Odd
everywhere(lambda *args, **kwargs: -1)
globals()[5] = globals()[("a", "pair")] = lambda: -1
