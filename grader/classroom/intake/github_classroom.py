"""
Clones that GitHub Classroom makes of the repositories of an assignment: folders `ASSIGNMENT-LOGIN`.

When it was handed in is the time of the last commit, which its author's machine has written and may have chosen.
"""

from __future__ import annotations

from pathlib import Path

from grader.classroom.intake.commit_time import commit_time, reading
from grader.classroom.intake.tree import Disk, Tree, join
from grader.classroom.intake.values import Found, Recognised, Scheme
from grader.model import Assignment

_NO_COMMIT = "no commit that git can read, so nobody knows when it was handed in"
_IN_A_ZIP = "commits in a zip are not read, so nobody knows when it was handed in"
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
    with reading() as own:
        found = tuple(_student(tree, join(folder, name), name.removeprefix(prefix), own) for name in clones)
    return Recognised(
        scheme=Scheme.GITHUB,
        found=found,
        nobodys=tuple(join(folder, name) for name in others),
    )


def _has_login(name: str, prefix: str) -> bool:
    return name.startswith(prefix) and len(name) > len(prefix)


def _student(tree: Tree, path: str, login: str, own: Path) -> Found:
    when, remark = None, _IN_A_ZIP
    if isinstance(tree, Disk):
        when, remark = commit_time(tree.path / path, own), _NO_COMMIT
    remarks = () if when else (remark,)
    return Found(name=login, who=login, files=(path,), ids=(login,), handed_in_at=when, remarks=remarks)
