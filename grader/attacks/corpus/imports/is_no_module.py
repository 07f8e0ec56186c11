# /// attack
# why = "Replaces itself in the table of modules by an object that is equal to everything and has every attribute."
# outcomes = ["failed", "raised", "missing"]
# ///

import sys


class Everything:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True

    def __repr__(self):
        return "5"

    __hash__ = object.__hash__


sys.modules[__name__] = Everything()
everywhere(Everything())
