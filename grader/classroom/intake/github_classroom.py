"""Clones that GitHub Classroom makes of the repositories of an assignment: folders `ASSIGNMENT-LOGIN`."""

from __future__ import annotations

from grader.classroom.intake.tree import Tree, join
from grader.classroom.intake.values import Found, Recognised, Scheme
from grader.model import Assignment

_AROUND = "-submissions"
"""What `gh classroom clone student-repos` puts behind the assignment for the folder of all."""


def recognise(tree: Tree, folder: str, assignment: Assignment, called: str) -> Recognised | None:
    """Return who handed in what, or None if these are no clones; *called* is the name of the folder."""
    clones = [name for name in tree.folders(folder) if tree.has(join(join(folder, name), ".git"))]
    prefixes = [f"{assignment.slug}-", f"{assignment.slug.replace('_', '-')}-"]
    if called.endswith(_AROUND):
        prefixes.insert(0, called.removesuffix(_AROUND) + "-")
    prefix = next((one for one in prefixes if clones and all(_has_login(name, one) for name in clones)), None)
    if prefix is None:
        return None
    others = [name for name in (*tree.folders(folder), *tree.files(folder)) if name not in set(clones)]
    return Recognised(
        scheme=Scheme.GITHUB,
        found=tuple(_student(join(folder, name), name.removeprefix(prefix)) for name in clones),
        nobodys=tuple(join(folder, name) for name in others),
    )


def _has_login(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and len(name) > len(prefix)


def _student(path: str, login: str) -> Found:
    return Found(name=login, who=login, files=(path,), ids=(login,))
