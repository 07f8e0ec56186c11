"""
Whether an assignment can be graded with: what its author wrote besides the source is read, and nothing is run.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Collection
from pathlib import Path

from grader.authoring.specimens import Specimen, specimens_of
from grader.errors import AssignmentError
from grader.grading import list_checks, require_loadable
from grader.model import Assignment, Suite


def require_usable(assignment: Assignment) -> None:
    """
    Require that the checks of an assignment can be collected, its networks and known mistakes loaded, and that specimens fit.

    Raises:
        AssignmentError: If they do not; the text says what is wrong where, and what was probably meant.
    """
    solution = assignment.solution
    folders = [assignment.folder / "checks", *((solution / "checks",) if solution else ())]
    if not any(path for folder in folders for path in folder.glob("test_*.py")):
        return  # who begins with the source has none yet
    checks = [check.name for check in list_checks(assignment, Suite.ALL)]
    require_loadable(assignment)
    if solution is None:
        return
    _require_modules(assignment, solution / assignment.file)
    exercises = [exercise.name for exercise in assignment.exercises]
    for specimen in specimens_of(assignment):
        _require_known(specimen, checks, exercises)


def _require_modules(assignment: Assignment, reference: Path) -> None:
    """Require that what `modules` names may be an nn.Module: a class that is made of nothing is none."""
    if not reference.is_file() or not assignment.modules:
        return
    for node in ast.parse(reference.read_bytes()).body:
        if isinstance(node, ast.ClassDef) and node.name in assignment.modules and not (node.bases or node.keywords):
            raise AssignmentError(
                f"{assignment.folder / 'assignment.toml'}: modules names {node.name!r}, which is no nn.Module in "
                f"{reference.name}, line {node.lineno}; leave other classes out of it, and ask them by lines of Python "
                f"(`student.{node.name}.use`)"
            )


def _require_known(specimen: Specimen, checks: Collection[str], exercises: Collection[str]) -> None:
    expected = specimen.expected
    if expected is None:
        return
    path = specimen.folder / "expected.toml"
    for key in ("outcomes", "misconceptions", "borderline"):
        _require(getattr(expected, key), checks, path, key, "check")
    _require(expected.skipped, exercises, path, "skipped", "exercise")


def _require(names: Collection[str], known: Collection[str], path: Path, key: str, kind: str) -> None:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
            raise AssignmentError(f"{path}: {key} names `{name}`, and there is no such {kind}; {meant}")
