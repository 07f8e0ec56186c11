"""
Known mistakes as submissions: the reference with one of its names replaced by the wrong version, or a network that a mistake has
edited.
"""

from __future__ import annotations

from dataclasses import replace

from grader.authoring.audit import tables
from grader.authoring.audit.gradings import lost
from grader.authoring.audit.mutants import Mutant
from grader.diagnosis import Misconception, load_catalogue
from grader.model import Assignment, GradedSubmission, Outcome

FILE = "misconceptions.py"


def known_mistakes(assignment: Assignment) -> tuple[Misconception, ...]:
    """
    Return the known mistakes of an assignment.

    Raises:
        AssignmentError: If its `misconceptions.py` cannot be used.
    """
    if assignment.solution is None:
        return ()
    names = tuple(name for exercise in assignment.exercises for name in exercise.provides)
    return load_catalogue(assignment.solution / FILE, names, assignment.modules).misconceptions


def handed_in(assignment: Assignment, known: Misconception) -> Mutant | None:
    """Return a submission that makes a known mistake; None where no accepted network can make it."""
    name = f"{known.replaces}/{known.name}"
    files = _edited(assignment, known) if assignment.networks else _replaced(assignment, known)
    if files is None:
        return None
    return Mutant(
        name=name, of=known.replaces, what=known.title, diff="", files=files, is_alone=bool(assignment.networks)
    )


def _replaced(assignment: Assignment, known: Misconception) -> dict[str, str]:
    assert assignment.solution is not None
    torch = "import torch\n" if assignment.modules else ""
    return {
        "right.py": (assignment.solution / assignment.file).read_text(encoding="utf-8"),
        "mistakes.py": known.source,
        assignment.file: f"{torch}from right import *\nfrom mistakes import {known.name} as {known.replaces}\n",
    }


def _edited(assignment: Assignment, known: Misconception) -> dict[str, str] | None:
    for table in tables.tables_of(assignment):
        for layers in known.implementation(table.layers) if table.module == known.replaces else ():
            wrong = replace(table, layers=layers)
            if wrong.fits(table.sides[0]):
                return tables.written(wrong, assignment.file)
    return None


def missed(known: str, graded: GradedSubmission) -> str:
    """Return why a known mistake does not prove the checks, as a sentence; empty where it loses points and is named."""
    wrong = lost(graded)
    if any(check.outcome is Outcome.UNGRADED for check in wrong):
        return f"{known}: ungraded"
    if not wrong:
        return f"{known}: loses nothing"
    named = {check.feedback.misconception for check in wrong if check.feedback is not None} - {None}
    if named != {known.rpartition("/")[2]}:
        return f"{known}: named {', '.join(sorted(filter(None, named))) or 'nothing'}"
    return ""
