"""
The export of submissions from Gradescope: folders `submission_ID`, and whose they are in `submission_metadata.yml`.

Only the people of each submission are read, line by line: Gradescope writes it in one way, and what a line of another
kind says is not guessed.  It may hold all output of earlier gradings, hence the bounds.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from grader.classroom.intake.tree import Tree, join
from grader.classroom.intake.values import Found, Recognised, Scheme
from grader.errors import SubmissionError

_METADATA = "submission_metadata.yml"
_MAX_BYTES = 64 * 1024**2
_MAX_PEOPLE = 50
"""Of one submission."""
_MAX_VALUE = 300
_SUBMISSION = re.compile(r"submission_\d+(?:\.pdf)?")
_OF_ONE = re.compile(r"(submission_\d+(?:\.pdf)?):\s*")
_PEOPLE = re.compile(r"(\s+):?submitters:\s*")
_PERSON = re.compile(r"(\s*)(- | {2}):?(name|sid|email):(?: (.*))?")


@dataclass(slots=True)
class _Submitted:
    people: list[dict[str, str]] = field(default_factory=list)


def recognise(tree: Tree, folder: str) -> Recognised | None:
    """Return who handed in what, or None if this is no export."""
    names = [*tree.folders(folder), *tree.files(folder)]
    submissions = [name for name in names if _SUBMISSION.fullmatch(name)]
    if _METADATA not in names or not submissions:
        return None
    try:
        text = tree.content(join(folder, _METADATA), _MAX_BYTES).decode(errors="replace")
        people = {name: one.people for name, one in _read(text).items()}
    except SubmissionError:
        people = {}
    return Recognised(
        scheme=Scheme.GRADESCOPE,
        found=(
            *(_student(folder, name, people.get(name, [])) for name in submissions),
            *(_missing(name, people[name]) for name in people if name not in submissions),
        ),
        nobodys=tuple(join(folder, name) for name in names if name not in {*submissions, _METADATA}),
    )


def _student(folder: str, name: str, people: list[dict[str, str]]) -> Found:
    path = join(folder, name)
    if not people:
        return Found(name=name, who=name, files=(path,), remarks=(f"{_METADATA} does not say whose it is",))
    members = tuple(_called(one) or name for one in people)
    (person, *others) = people
    ids = tuple(value for one in people for key in ("email", "sid") if (value := one.get(key)))
    own = person.get("email") or person.get("sid") or person.get("name") or name
    return Found(
        name=name if others else own,
        who=", ".join(members),
        files=(path,),
        ids=ids,
        members=members if others else (),
    )


def _missing(name: str, people: list[dict[str, str]]) -> Found:
    who = ", ".join(map(_called, people)) or name
    return Found(name=name, who=who, files=(), refusal=f"{_METADATA} names {name}, which is not there; export it anew")


def _called(person: dict[str, str]) -> str:
    return person.get("name") or person.get("email") or person.get("sid") or ""


def _read(text: str) -> dict[str, _Submitted]:
    """Return the people of each submission."""
    found: dict[str, _Submitted] = {}
    current: _Submitted | None = None
    indent: int | None = None
    for line in text.split("\n"):
        one = _OF_ONE.fullmatch(line.rstrip())
        if one is not None:
            current, indent = found.setdefault(one[1], _Submitted()), None
        elif line[:1].strip():
            current, indent = None, None  # a key of something else
        elif current is not None and (people := _PEOPLE.fullmatch(line.rstrip())) is not None and not current.people:
            indent = len(people[1])
        elif current is not None and indent is not None:
            indent = _add(current, line, indent)
    return found


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
        return read if isinstance(read, str) else ""
    return "" if written[:1] in tuple("&*!|>{[%@`") or written in ("null", "~") else written
