"""The download of all submissions from Canvas: loose files, of which each begins with the student and two numbers."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.classroom.intake.resubmissions import grouped, newest
from grader.classroom.intake.tree import Tree, join
from grader.classroom.intake.values import Found, Recognised, Scheme
from grader.download_names import CANVAS, CANVAS_ANONYMOUS, CANVAS_TEXT
from grader.model import Assignment
from grader.submission import is_ignored, is_named

_NO_FILE = {
    "text": "text was written into the box of Canvas, and no file handed in",
    "link": "an address was given, and no file handed in",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    path: str
    name: str
    """Of the file."""
    who: str
    user: str
    late: bool
    upload: int
    original: str
    kind: str
    """`text` or `link` of what is no file, else empty."""


def recognise(tree: Tree, folder: str, assignment: Assignment) -> Recognised | None:
    """Return who handed in what, or None if names are not those of Canvas."""
    names = tree.files(folder)
    members = [found for name in names if (found := _member(folder, name)) is not None]
    uploads = [one.upload for one in members if not one.kind]
    students = grouped(members, lambda one: one.user)
    is_all = len(members) == len(names) and not tree.folders(folder)
    if not members or len(set(uploads)) < len(uploads) or (len(students) == 1 and not is_all):
        return None  # Canvas gives no number twice
    ours = {one.name for one in members}
    others = [name for name in (*names, *tree.folders(folder)) if name not in ours]
    return Recognised(
        scheme=Scheme.CANVAS,
        found=tuple(_student(several, assignment) for several in students.values()),
        nobodys=tuple(join(folder, name) for name in others),
    )


def _member(folder: str, name: str) -> _Member | None:
    found = CANVAS_ANONYMOUS.fullmatch(name) or CANVAS.fullmatch(name) or CANVAS_TEXT.fullmatch(name)
    if found is None:
        return None
    parts = found.groupdict()
    is_anonymous = found.re is CANVAS_ANONYMOUS
    original = parts.get("original") or ""
    return _Member(
        path=join(folder, name),
        name=name,
        who=f"anonymous {found['id']}" if is_anonymous else found["name"] or f"user {found['id']}",
        user=f"anon_{found['id']}" if is_anonymous else found["id"],
        late=bool(parts.get("late")),
        upload=int(parts["file"][:30]) if parts.get("file") else 0,
        original=name if original in ("", ".", "..") or is_ignored(original) else original,
        kind=(parts.get("kind") or "").lower(),
    )


def _student(members: Sequence[_Member], assignment: Assignment) -> Found:
    uploaded = [one for one in members if not one.kind]
    boxes = [one for one in members if one.kind]
    latest = newest((one.path, one.original, one.upload) for one in uploaded)
    first = min(
        [one for one in uploaded if one.path in latest.originals] or boxes,
        key=lambda one: (not is_named(latest.originals.get(one.path, ""), assignment), -one.upload),
    )
    return Found(
        name=os.path.splitext(first.name)[0],
        who=first.who,
        files=tuple(latest.originals),
        originals=latest.originals,
        late=any(one.late for one in members),
        upload=max((one.upload for one in uploaded), default=0),
        ids=(re.sub("^anon_", "", first.user),),
        superseded=latest.superseded,
        others=tuple(one.path for one in boxes),
        remarks=tuple(f"{one.name} is no file that was handed in" for one in boxes if uploaded),
        refusal="" if uploaded else _NO_FILE[boxes[0].kind],
    )
