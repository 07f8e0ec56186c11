"""
Which mistake explains a failed check; start in `diagnose.py`.

The modules are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

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

__getattr__ = lazily(
    __name__,
    {
        "diagnose": (
            "Diagnosis",
            "limits_of_diagnosis",
        ),
        "misconceptions": (
            "EMPTY_CATALOGUE",
            "load_catalogue",
        ),
        "mistake": ("Mistake",),
    },
)
