"""
The face of a package whose modules are imported when they are first used (PEP 562).

An eager one would load torch, pytest or docker, or what an image of workers lacks.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping


def lazily(package: str, modules: Mapping[str, tuple[str, ...]]) -> Callable[[str], object]:
    """
    Return what a package binds to `__getattr__`.

    Args:
        modules: By the module that holds them, the names that the package exports; none may be called like a module of it.
    """
    module_of = {name: module for module, names in modules.items() for name in names}

    def get(name: str) -> object:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{module_of[name]}"), name)

    return get
