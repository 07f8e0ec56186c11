"""
Grade one submission or many; start reading in `grade.py`.

The modules are imported when they are first used: pytest takes a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.grading.batch import ClassRequest, grade_all, processors
    from grader.grading.causes import linked
    from grader.grading.check import Check
    from grader.grading.choice import possible_points
    from grader.grading.fingerprints import Fingerprint, Inputs, content_key, fingerprint, inputs
    from grader.grading.grade import completed, grade_submission, list_checks
    from grader.grading.request import GradingRequest, Listener, Sides
    from grader.grading.scoring import score
    from grader.grading.sides import require_loadable
    from grader.grading.verdict import ungrade_doubtful

__all__ = [
    "Check",
    "ClassRequest",
    "Fingerprint",
    "GradingRequest",
    "Inputs",
    "Listener",
    "Sides",
    "completed",
    "content_key",
    "fingerprint",
    "grade_all",
    "grade_submission",
    "inputs",
    "linked",
    "list_checks",
    "possible_points",
    "processors",
    "require_loadable",
    "score",
    "ungrade_doubtful",
]

__getattr__ = lazily(
    __name__,
    {
        "batch": (
            "ClassRequest",
            "grade_all",
            "processors",
        ),
        "causes": ("linked",),
        "check": ("Check",),
        "choice": ("possible_points",),
        "fingerprints": ("Fingerprint", "Inputs", "content_key", "fingerprint", "inputs"),
        "grade": (
            "completed",
            "grade_submission",
            "list_checks",
        ),
        "request": (
            "GradingRequest",
            "Listener",
            "Sides",
        ),
        "scoring": ("score",),
        "sides": ("require_loadable",),
        "verdict": ("ungrade_doubtful",),
    },
)
