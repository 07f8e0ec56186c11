"""
Which mistake explains a failed check; start in `diagnose.py`.

The modules are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.diagnosis.answers_of_mistakes import known_answers
    from grader.diagnosis.diagnose import Diagnosis, limits_of_diagnosis
    from grader.diagnosis.hints import HINTS_FILE, PackedCall, encode_hints, load_hints
    from grader.diagnosis.misconceptions import EMPTY_CATALOGUE, Misconception, load_catalogue
    from grader.diagnosis.mistake import Mistake
    from grader.diagnosis.mutations import mutants_of
    from grader.diagnosis.runner import Runnable, Runner

__all__ = [
    "EMPTY_CATALOGUE",
    "HINTS_FILE",
    "Diagnosis",
    "Misconception",
    "Mistake",
    "PackedCall",
    "Runnable",
    "Runner",
    "encode_hints",
    "known_answers",
    "limits_of_diagnosis",
    "load_catalogue",
    "load_hints",
    "mutants_of",
]

__getattr__ = lazily(
    __name__,
    {
        "diagnose": (
            "Diagnosis",
            "limits_of_diagnosis",
        ),
        "hints": (
            "HINTS_FILE",
            "PackedCall",
            "encode_hints",
            "load_hints",
        ),
        "answers_of_mistakes": ("known_answers",),
        "misconceptions": (
            "EMPTY_CATALOGUE",
            "Misconception",
            "load_catalogue",
        ),
        "mistake": ("Mistake",),
        "mutations": ("mutants_of",),
        "runner": (
            "Runnable",
            "Runner",
        ),
    },
)
