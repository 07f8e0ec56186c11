"""
The proof that the checks of an assignment are good: each wrong submission loses points, and each right one none.

    proof.py            START HERE: all of it, whole or in short
    specimens.py        specimens get exactly what they declare
    mistakes.py         known mistakes as submissions
    mutants.py          the reference with one mistake: of functions (functions.py, statements.py), of tables (tables.py)
    killing.py          which of them lose points
    questions.py        what tells mutants from the reference
    waivers.py          which of them may survive
    handout_points.py   the points that the handout has
    fingerprint.py      on what an audit rests
    record.py           audit.json
    report.py           for people

The modules are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.authoring.audit.gradings import Where
    from grader.authoring.audit.proof import SEEDS, prove, prove_in_short
    from grader.authoring.audit.record import path_of, troubles, write
    from grader.authoring.audit.report import of_audit, of_short, of_specimens
    from grader.authoring.audit.specimens import differences, hold, nothing_written

__all__ = [
    "SEEDS",
    "Where",
    "differences",
    "hold",
    "nothing_written",
    "of_audit",
    "of_short",
    "of_specimens",
    "path_of",
    "prove",
    "prove_in_short",
    "troubles",
    "write",
]

__getattr__ = lazily(
    __name__,
    {
        "gradings": ("Where",),
        "proof": ("SEEDS", "prove", "prove_in_short"),
        "record": ("path_of", "troubles", "write"),
        "report": ("of_audit", "of_short", "of_specimens"),
        "specimens": ("differences", "hold", "nothing_written"),
    },
)
