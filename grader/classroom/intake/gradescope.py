"""
The export of submissions from Gradescope: folders `submission_ID`, and whose they are in `submission_metadata.yml`.

Only people and date of each submission are read, line by line: Gradescope writes it in one way, and what a line of another
kind says is not guessed.  It may hold all output of earlier gradings, hence the bounds.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime

from grader.classroom.intake.times import time_in
from grader.classroom.intake.tree import Tree, join
from grader.classroom.intake.values import Found, Person, Recognised, Scheme
from grader.errors import SubmissionError
from grader.protocol import sendable
from grader.reports.escape import one_line

_METADATA = "submission_metadata.yml"
_MAX_BYTES = 64 * 1024**2
_MAX_PEOPLE = 50
"""Of one submission."""
_MAX_VALUE = 300
_MAX_SHOWN = 40
_SUBMISSION = re.compile(r"submission_\d+(?:\.pdf)?")
_OF_ONE = re.compile(r"(submission_\d+(?:\.pdf)?):\s*")
_PEOPLE = re.compile(r"(\s+):?submitters:\s*")
_CREATED = re.compile(r"(\s+):?created_at: (.*)")
_PERSON = re.compile(r"(\s*)(- | {2}):?(name|sid|email):(?: (.*))?")


@dataclass(slots=True)
class _Submitted:
    people: list[dict[str, str]] = field(default_factory=list)
    created_at: str = ""
    """As it is written."""
    depth: int | None = None
    """How far its own keys are indented."""


def recognise(tree: Tree, folder: str) -> Recognised | None:
    """Return who handed in what, or None if this is no export."""
    names = [*tree.folders(folder), *tree.files(folder)]
    submissions = [name for name in names if _SUBMISSION.fullmatch(name)]
    if _METADATA not in names or not submissions:
        return None
    try:
        text = tree.content(join(folder, _METADATA), _MAX_BYTES).decode(errors="replace")
        about = _read(text)
    except SubmissionError:
        about = {}
    return Recognised(
        scheme=Scheme.GRADESCOPE,
        found=(
            *(_student(folder, name, about.get(name) or _Submitted()) for name in submissions),
            *(_missing(name, one.people) for name, one in about.items() if name not in submissions),
        ),
        nobodys=tuple(join(folder, name) for name in names if name not in {*submissions, _METADATA}),
    )


def _student(folder: str, name: str, submitted: _Submitted) -> Found:
    path, people = join(folder, name), submitted.people
    when, remarks = _handed_in_at(submitted.created_at)
    if not people:
        remarks = (f"{_METADATA} does not say whose it is", *remarks)
        return Found(name=name, who=name, files=(path,), handed_in_at=when, remarks=remarks)
    members = tuple(_called(one) or name for one in people)
    (person, *others) = people
    ids = tuple(value for one in people for key in ("email", "sid") if (value := one.get(key)))
    own = person.get("email") or person.get("sid") or person.get("name") or name
    return Found(
        name=name if others else own,
        who=", ".join(members),
        files=(path,),
        handed_in_at=when,
        ids=ids,
        members=members if others else (),
        people=tuple(map(_person, people)),
        remarks=remarks,
    )


def _person(said: dict[str, str]) -> Person:
    return Person(name=said.get("name", ""), ids=tuple(value for key in ("email", "sid") if (value := said.get(key))))


def _handed_in_at(written: str) -> tuple[datetime | None, tuple[str, ...]]:
    """Return when it was handed in, and a remark where what is written is no time."""
    if not written:
        return None, ()
    when = time_in(written)
    if when is not None:
        return when, ()
    return None, (f"{_METADATA} dates it {one_line(written, _MAX_SHOWN)!r}, which is no time with a zone",)


def _missing(name: str, people: list[dict[str, str]]) -> Found:
    who = ", ".join(map(_called, people)) or name
    return Found(
        name=name,
        who=who,
        files=(),
        people=tuple(map(_person, people)),
        refusal=f"{_METADATA} names {name}, which is not there; export it anew",
    )


def _called(person: dict[str, str]) -> str:
    return person.get("name") or person.get("email") or person.get("sid") or ""


def _read(text: str) -> dict[str, _Submitted]:
    """Return the people of each submission, and when it was made."""
    found: dict[str, _Submitted] = {}
    current: _Submitted | None = None
    indent: int | None = None
    for line in text.split("\n"):
        one = _OF_ONE.fullmatch(line.rstrip())
        if one is not None:
            current, indent = found.setdefault(one[1], _Submitted()), None
        elif line[:1].strip():
            current, indent = None, None  # a key of something else
        elif current is not None and (made := _created_at(current, line.rstrip())) is not None:
            current.created_at = current.created_at or made
            indent = None  # people end at a key of the submission
        elif current is not None and (people := _PEOPLE.fullmatch(line.rstrip())) is not None and not current.people:
            indent = len(people[1])
        elif current is not None and indent is not None:
            indent = _add(current, line, indent)
    return found


def _created_at(submitted: _Submitted, line: str) -> str | None:
    """Return the date of the submission itself: results and earlier ones have dates too, further in."""
    if submitted.depth is None and line.strip():
        submitted.depth = len(line) - len(line.lstrip())
    found = _CREATED.fullmatch(line)
    return _value(found[2]) if found is not None and len(found[1]) == submitted.depth else None


def _add(submitted: _Submitted, line: str, indent: int) -> int | None:
    """Take over what a line says of a person; returns None behind the list of people."""
    person = _PERSON.fullmatch(line.rstrip())
    depth = len(line) - len(line.lstrip())
    if depth < indent or (depth == indent and not line.lstrip().startswith("- ")):
        return None
    if person is None:
        return indent
    _white, mark, key, value = person.groups()
    if mark == "- " and len(submitted.people) < _MAX_PEOPLE:
        submitted.people.append({})
    if submitted.people and (said := _value(value or "")):
        submitted.people[-1].setdefault(key, said)
    return indent


def _value(written: str) -> str:
    """Return a scalar of one line; nothing where it is of a kind that Gradescope does not write."""
    written = written.strip()[:_MAX_VALUE]
    if written[:1] == "'" and written[-1:] == "'" and len(written) > 1:
        return written[1:-1].replace("''", "'")
    if written[:1] == '"':
        try:
            read = json.loads(re.sub(r"\\x([0-9A-Fa-f]{2})", r"\\u00\1", written))
        except ValueError:
            return ""
        return sendable(read) if isinstance(read, str) else ""
    return "" if written[:1] in tuple("&*!|>{[%@`") or written in ("null", "~") else written
