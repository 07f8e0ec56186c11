# /// attack
# why = "Takes over every folder of the import path by a path hook, and lets only empty modules out of them."
# outcomes = ["failed", "raised", "crashed"]
# ///

import importlib.abc
import importlib.machinery
import sys


class Entry(importlib.abc.Loader):
    def __init__(self, path):
        self.path = path

    def find_spec(self, name, target=None):
        return importlib.machinery.ModuleSpec(name, self)

    def exec_module(self, module):
        module.__getattr__ = lambda name: lambda *args, **kwargs: None


sys.path_hooks.insert(0, Entry)
sys.path_importer_cache.clear()
everywhere(lambda *args, **kwargs: -1)
