"""Tell whether a folder or zip holds a class, and by whose names; what is one submission for the usual reader stays one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from grader.classroom.intake import canvas, github_classroom, gradescope, moodle, nbgrader, plain
from grader.classroom.intake.tree import Tree, join
from grader.classroom.intake.values import Recognised
from grader.download_names import CANVAS, CANVAS_ANONYMOUS, MOODLE
from grader.model import Assignment

_MAX_AROUND = 5
"""Folders around a class that hold nothing else."""


def is_of_one_student(path: PurePath) -> bool:
    """Return whether a path is itself called as a site calls what one student handed in: Canvas never gives a folder."""
    schemes = (CANVAS, CANVAS_ANONYMOUS, MOODLE) if path.suffix.lower() == ".zip" else (MOODLE,)
    return any(scheme.fullmatch(path.name) for scheme in schemes)


def recognise(
    tree: Tree, called: str, assignment: Assignment, is_one: Callable[[Recognised], bool] | None
) -> Recognised | None:
    """
    Return who handed in what, or None if this is one submission.

    Args:
        called: The name of the folder.
        is_one: Tells whether it is one submission by what is in the files; None where names alone may tell.
    """
    folder = ""
    for _ in range(_MAX_AROUND):
        found = _by_scheme(tree, folder, called, assignment)
        if found is not None:
            return found
        folders = tree.folders(folder)
        if plain.is_one(tree, folder, assignment):
            return None
        if len(folders) != 1 or tree.files(folder):
            break
        called = folders[0]
        folder = join(folder, called)
    if plain.is_class(tree, folder, assignment):
        return plain.recognise(tree, folder)
    if is_one is None:
        return None
    found = plain.recognise(tree, folder)
    return None if found is None or is_one(found) else found


def _by_scheme(tree: Tree, folder: str, called: str, assignment: Assignment) -> Recognised | None:
    return (
        gradescope.recognise(tree, folder)
        or moodle.recognise(tree, folder, assignment)
        or canvas.recognise(tree, folder, assignment)
        or nbgrader.recognise(tree, folder, assignment, called)
        or github_classroom.recognise(tree, folder, assignment, called)
    )
