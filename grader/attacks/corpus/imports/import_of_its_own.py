# /// attack
# why = "Replaces `__import__`, so that every later import statement of the process gets a module that answers to all names."
# outcomes = ["failed", "raised", "crashed"]
# ///

import builtins
import types


class Everything(types.ModuleType):
    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True

    __hash__ = types.ModuleType.__hash__


everywhere(lambda *args, **kwargs: -1)
builtins.__import__ = lambda name, *args, **kwargs: Everything(name)
