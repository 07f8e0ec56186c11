"""
Make an assignment: its files from one source, a new one from a template, and the proof that its checks are good.

    markers.py      what the markers in a source hold, and the stub that is left without it
    source.py       the source of an assignment, a Python file or a notebook
    percent.py      notebooks as Python in percent cells, and back
    building.py     the files that are made of a source, and whether they are up to date
    specimens.py    the submissions that are stored beside a solution, and the stub as one of them
    usable.py       whether checks, known mistakes and specimens fit each other
    audit/          the proof that checks are good
    importing/      an assignment of nbgrader or otter as one of ours
    scaffold.py     a new assignment, or a course, from `templates/`

and find the accuracy that its networks are held to:

    calibrating.py      the reference trained in several gradings, and the rule that gives the threshold
    threshold_table.py  the threshold as it stands in assignment.toml
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.authoring.building import Product, products_of
    from grader.authoring.calibrating import Calibration, accuracies, seed_of, task_without_threshold
    from grader.authoring.importing.assignment import Imported, imported
    from grader.authoring.markers import Solution, solutions_of, stub_of
    from grader.authoring.scaffold import Kind, Scaffold, scaffold_of
    from grader.authoring.specimens import STUB, Expected, Specimen, specimens_of
    from grader.authoring.threshold_table import with_threshold
    from grader.authoring.usable import require_usable

__all__ = [
    "STUB",
    "Calibration",
    "Expected",
    "Imported",
    "Kind",
    "Product",
    "Scaffold",
    "Solution",
    "Specimen",
    "accuracies",
    "imported",
    "products_of",
    "require_usable",
    "scaffold_of",
    "seed_of",
    "solutions_of",
    "specimens_of",
    "stub_of",
    "task_without_threshold",
    "with_threshold",
]

__getattr__ = lazily(
    __name__,
    {
        "building": ("Product", "products_of"),
        "calibrating": ("Calibration", "accuracies", "seed_of", "task_without_threshold"),
        "importing.assignment": ("Imported", "imported"),
        "markers": ("Solution", "solutions_of", "stub_of"),
        "scaffold": ("Kind", "Scaffold", "scaffold_of"),
        "specimens": ("STUB", "Expected", "Specimen", "specimens_of"),
        "threshold_table": ("with_threshold",),
        "usable": ("require_usable",),
    },
)
