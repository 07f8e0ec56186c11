"""The download of all submissions from Moodle: folders or loose files, by name and number of the participant."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from grader.classroom.intake.resubmissions import grouped, newest
from grader.classroom.intake.tree import Tree, join
from grader.classroom.intake.values import Found, Recognised, Scheme
from grader.download_names import MOODLE
from grader.model import Assignment
from grader.submission import is_ignored, is_named

_SEVERAL = "several of one student, and nobody can tell which counts; leave one there"
_MAX_NAMED = 3
_ONLY_TEXT = "text was written into the box of Moodle, and no file handed in"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    path: str
    name: str
    who: str
    number: str
    original: str
    """Of a loose file; empty for a folder."""
    is_text: bool


def recognise(tree: Tree, folder: str, assignment: Assignment) -> Recognised | None:
    """Return who handed in what, or None if names are not those of Moodle."""
    folders, files = tree.folders(folder), tree.files(folder)
    members = [found for name in folders if (found := _member(folder, name, is_folder=True)) is not None]
    members += [found for name in files if (found := _member(folder, name, is_folder=False)) is not None]
    students = grouped(members, lambda one: f"{one.number} {one.who.casefold()}")
    if not members or (len(students) == 1 and len(members) < len(folders) + len(files)):
        return None
    ours = {one.name for one in members}
    return Recognised(
        scheme=Scheme.MOODLE,
        found=tuple(_student(several, assignment) for several in students.values()),
        nobodys=tuple(join(folder, name) for name in (*folders, *files) if name not in ours),
    )


def _member(folder: str, name: str, *, is_folder: bool) -> _Member | None:
    found = MOODLE.fullmatch(name)
    if found is None:
        return None
    original = "" if is_folder else found["original"] or ""
    return _Member(
        path=join(folder, name),
        name=name,
        who=found["name"],
        number=found["id"],
        original=name if original in (".", "..") or (original and is_ignored(original)) else original,
        is_text=found["kind"].lower() == "onlinetext",
    )


def _student(members: Sequence[_Member], assignment: Assignment) -> Found:
    handed_in = [one for one in members if not one.is_text]
    folders = [one for one in handed_in if not one.original]
    loose = [one for one in handed_in if one.original]
    remarks = tuple(
        f"{one.name} is text of Moodle's box, which is not graded" for one in members if one.is_text and handed_in
    )
    texts = tuple(one.path for one in members if one.is_text)
    who, number = members[0].who, members[0].number
    if not handed_in:
        return Found(name=_stem(members[0]), who=who, files=(), ids=(number,), others=texts, refusal=_ONLY_TEXT)
    if len(folders) > 1 or (folders and loose):
        several = (*folders, *loose)
        return Found(
            name=folders[0].name,
            who=who,
            files=(),
            ids=(number,),
            others=(*texts, *(one.path for one in several)),
            remarks=remarks,
            refusal=f"{' and '.join(one.name for one in several[:_MAX_NAMED])}: {_SEVERAL}",
        )
    if folders:
        return Found(
            name=folders[0].name,
            who=who,
            files=(folders[0].path,),
            ids=(number,),
            others=texts,
            remarks=remarks,
        )
    latest = newest((one.path, one.original, 0) for one in loose)
    first = min(
        (one for one in loose if one.path in latest.originals),
        key=lambda one: (not is_named(latest.originals[one.path], assignment), one.name),
    )
    return Found(
        name=_stem(first),
        who=who,
        files=tuple(latest.originals),
        originals=latest.originals,
        ids=(number,),
        superseded=latest.superseded,
        others=texts,
        remarks=remarks,
    )


def _stem(member: _Member) -> str:
    return os.path.splitext(member.name)[0] if member.original else member.name
