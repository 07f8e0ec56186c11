"""
Which mistake explains a failed check; start in `diagnose.py`.

The modules are imported when they are first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.diagnosis.diagnose import Diagnosis, limits_of_diagnosis
    from grader.diagnosis.misconceptions import EMPTY_CATALOGUE, load_catalogue
    from grader.diagnosis.mistake import Mistake

__all__ = [
    "EMPTY_CATALOGUE",
    "Diagnosis",
    "Mistake",
    "limits_of_diagnosis",
    "load_catalogue",
]

_MODULES = {
    "diagnose": (
        "Diagnosis",
        "limits_of_diagnosis",
    ),
    "misconceptions": (
        "EMPTY_CATALOGUE",
        "load_catalogue",
    ),
    "mistake": ("Mistake",),
}


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
