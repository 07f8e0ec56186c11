"""
Paths of the command line to what each student handed in.

One path may hold a class.  Of several paths either each holds one, or each is one submission: a student's zip that looks like a
class must not hand in for others.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grader.classroom.intake.recognition import is_of_one_student, recognise
from grader.classroom.intake.tree import Disk, Tree, Zip, of_zip
from grader.classroom.intake.unpacking import Staging
from grader.classroom.intake.values import Found, Recognised, Scheme, Work
from grader.errors import SubmissionError
from grader.listed import listed
from grader.model import Assignment
from grader.protocol import sendable
from grader.submission import Reader

_MIN_OF_A_CLASS = 2
_MAX_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What was handed in, where paths hold classes."""

    works: tuple[Work, ...] = ()
    """None where each path is one submission."""
    nobodys: tuple[str, ...] = ()
    """A path, or a sentence, of each thing that belongs to no student."""
    told: tuple[str, ...] = ()
    """Sentences on what was taken for what."""


@dataclass(frozen=True, slots=True)
class _Class:
    path: Path
    tree: Tree
    recognised: Recognised


def take_in(paths: Sequence[Path], read: Reader, assignment: Assignment, staging: Path) -> Intake:
    """
    Tell who handed in what.

    Args:
        read: The usual reader, which tells whether a folder without any names of a site is one submission.
        staging: An empty folder, for what is in zips; it must stay until everything is read.
    """
    tried = Staging(staging / "tried", assignment.exercises)
    looked_into = read if len(paths) == 1 and not is_of_one_student(paths[0]) else None
    classes = [_class(path, looked_into, assignment, tried) for path in paths]
    held = [one for one in classes if one is not None]
    if len(held) < len(classes):
        single = [path for path, one in zip(paths, classes, strict=True) if one is None]
        return Intake(told=tuple(_alone(one, single) for one in held))
    called_otherwise = [one for one in held if not is_of_one_student(one.path)]
    if len(called_otherwise) < len(held):
        return Intake(told=tuple(_called_so(one) for one in held if one not in called_otherwise))
    target = Staging(staging / "taken", assignment.exercises)
    works = [_work(one, found, target) for one in held for found in one.recognised.found]
    return Intake(
        works=tuple(_named_apart(works)),
        nobodys=tuple(text for one in held for text in _nobodys(one)),
        told=tuple(map(_about, held)),
    )


def _class(path: Path, read: Reader | None, assignment: Assignment, staging: Staging) -> _Class | None:
    def is_one(found: Recognised) -> bool:
        assert read is not None
        return _is_one(_Class(path, tree, found), read, assignment, staging)

    try:
        is_folder = path.is_dir()
        if path.is_symlink() or not (is_folder or path.suffix.lower() == ".zip"):
            return None
        tree: Tree = Disk(path) if is_folder else of_zip(path)
        called = path.resolve().name if is_folder else path.stem
        found = recognise(tree, called, assignment, None if read is None else is_one)
    except (OSError, SubmissionError):
        return None  # the usual reader tells why
    return None if found is None else _Class(path, tree, found)


def _is_one(one: _Class, read: Reader, assignment: Assignment, staging: Staging) -> bool:
    """
    Return whether files without names of a site are one submission: if the usual reader takes them for one, unless others of them
    that it does not look at are work as well.
    """
    try:
        whole = read(one.path, assignment)
    except SubmissionError:
        return False
    around = one.recognised.found[0].files[0].count("/") if isinstance(one.tree, Disk) else 0
    is_in_a_folder = whole.given_as.count("/") > around
    alone = [found for found in one.recognised.found if is_in_a_folder or found.files[0].lower().endswith(".zip")]
    with_work = 0
    for found in alone:
        try:
            path, _is_unpacked = _lying(one, found, staging)
            with_work += bool(read(path, assignment).definitions)
        except SubmissionError:
            continue
        if with_work == _MIN_OF_A_CLASS:
            return False
    return True


def _lying(one: _Class, found: Found, staging: Staging) -> tuple[Path, bool]:
    """Return where what counts lies on disk, and whether it was unpacked to there."""
    if isinstance(one.tree, Disk) and len(found.files) == 1:
        return one.path / found.files[0], False
    return staging.write(one.tree, found), True


def _work(one: _Class, found: Found, staging: Staging) -> Work:
    refusal = found.refusal or next(filter(None, map(one.tree.refusal, found.files)), "")
    path, is_unpacked = None, False
    if not refusal:
        try:
            path, is_unpacked = _lying(one, found, staging)
        except SubmissionError as error:
            refusal = str(error).removeprefix(f"{one.path}: ")
    shown = str(one.path / found.files[0]) if len(found.files) == 1 else f"{one.path}: {found.who}"
    return Work(
        name=_safe(found.name),
        who=found.who,
        scheme=one.recognised.scheme,
        path=path,
        shown=shown,
        files=found.files,
        is_unpacked=is_unpacked,
        late=found.late,
        handed_in_at=found.handed_in_at,
        upload=found.upload,
        ids=found.ids,
        members=found.members,
        people=found.people,
        superseded=found.superseded,
        others=found.others,
        remarks=found.remarks,
        refusal=refusal and f"{shown}: {refusal}",
    )


def _nobodys(one: _Class) -> Iterable[str]:
    yield from (str(one.path / path) for path in one.recognised.nobodys)
    if not isinstance(one.tree, Zip):
        return
    yield from one.tree.lost
    owned = [path for found in one.recognised.found for path in (*found.files, *found.superseded, *found.others)]
    told = {*owned, *one.recognised.nobodys}
    for path, why in one.tree.broken.items():
        around = {str(folder) for folder in (PurePosixPath(path), *PurePosixPath(path).parents)}
        if not told & around:
            yield f"{one.path / path}: {why}"


def _safe(name: str) -> str:
    """Return a name that is one part of a path, whatever a site lets people call themselves."""
    letters = "".join(letter if letter.isprintable() and letter not in "/\\" else "_" for letter in sendable(name))
    return letters if letters.strip(". ") else f"_{letters}"


def _named_apart(works: Sequence[Work]) -> list[Work]:
    """Return works of which no two are called alike: by the endings of their files, or by numbers."""
    count = Counter(work.name for work in works)
    full = [
        _safe(os.path.basename(work.files[0])) if count[work.name] > 1 and work.files else work.name for work in works
    ]
    taken = {work.name for work in works if count[work.name] == 1}
    named = []
    for work, name in zip(works, full, strict=True):
        chosen, number = name, 1
        while count[work.name] > 1 and chosen in taken:
            number += 1
            chosen = f"{work.name}_{number}"
        taken.add(chosen)
        named.append(replace(work, name=chosen, student=chosen))
    return named


def _about(one: _Class) -> str:
    count = len(one.recognised.found)
    submissions = "1 submission" if count == 1 else f"{count} submissions"
    scheme = one.recognised.scheme
    how = scheme.value if scheme is Scheme.PLAIN else f"as {scheme} names them"
    return f"{one.path}: {submissions}, {how}"


def _alone(one: _Class, single: Sequence[Path]) -> str:
    others = listed([str(path) for path in single], _MAX_NAMED)
    return (
        f"{one.path} looks like a class, but stands beside single submissions ({others}), and is taken for one of them; "
        "to grade a class, name it alone"
    )


def _called_so(one: _Class) -> str:
    return (
        f"{one.path} looks like a class, but is called as Canvas or Moodle call what one student has handed in, and is taken for "
        "that; to grade a class, give it another name"
    )
