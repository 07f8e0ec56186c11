"""A folder without a scheme: one file, zip or folder for each student, which is called as the student is."""

from __future__ import annotations

import os
from collections.abc import Sequence

from grader.classroom.intake.resubmissions import newest
from grader.classroom.intake.tree import Tree, join, walk
from grader.classroom.intake.values import Found, Recognised, Scheme
from grader.model import Assignment
from grader.submission import is_code, is_named, resubmission

_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".xz", ".bz2")
_MIN = 2
"""Fewer are no class."""


def is_one(tree: Tree, folder: str, assignment: Assignment) -> bool:
    """Return whether the file that is asked for, or a package, lies in the folder itself."""
    files = tree.files(folder)
    return "__init__.py" in files or any(is_code(name) and is_named(name, assignment) for name in files)


def is_class(tree: Tree, folder: str, assignment: Assignment) -> bool:
    """Return whether several folders hold the file that is asked for."""
    holding = (
        any(is_code(path) and is_named(path, assignment) for path in walk(tree, join(folder, name)))
        for name in tree.folders(folder)
    )
    return sum(holding) >= _MIN


def recognise(tree: Tree, folder: str) -> Recognised | None:
    """Return who handed in what, if each that lies there may be of a student of its own; None if that is no class."""
    folders, files = tree.folders(folder), tree.files(folder)
    handed_in = [name for name in files if _may_be_handed_in(name)]
    with_work = [name for name in folders if any(map(_may_be_handed_in, walk(tree, join(folder, name))))]
    if len(handed_in) + len(with_work) < _MIN:
        return None
    students = folders if len(with_work) >= len(folders) / 2 else with_work
    nobodys = [name for name in (*folders, *files) if name not in {*students, *handed_in}]
    return Recognised(
        scheme=Scheme.PLAIN,
        found=(
            *(Found(name=name, who=name, files=(join(folder, name),)) for name in students),
            *_of_files(folder, handed_in),
        ),
        nobodys=tuple(join(folder, name) for name in nobodys),
    )


def _of_files(folder: str, names: Sequence[str]) -> list[Found]:
    """Return a student for each file; `ada (1).py` is a newer `ada.py`, and `ada-1.py` may be somebody else."""
    copies = [name for name in names if os.path.splitext(name)[0].endswith(")")]
    students: dict[str, list[str]] = {name: [name] for name in names if name not in copies}
    for name in copies:
        stem, ending = os.path.splitext(name)
        original = stem[: stem.rindex("(")].rstrip(" _") + ending if "(" in stem else name
        is_copy = original in students and resubmission(stem, os.path.splitext(original)[0]) is not None
        students.setdefault(original if is_copy else name, []).append(name)
    return [_of_one(folder, original, several) for original, several in students.items()]


def _of_one(folder: str, original: str, several: Sequence[str]) -> Found:
    latest = newest((name, name, 0) for name in several)
    (last,) = latest.originals  # all others are copies of one
    stem = os.path.splitext(original)[0] or original
    older = tuple(join(folder, name) for name in latest.superseded)
    return Found(name=stem, who=stem, files=(join(folder, last),), superseded=older)


def _may_be_handed_in(path: str) -> bool:
    return is_code(path) or path.lower().endswith(_ARCHIVES)
