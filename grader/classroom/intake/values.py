"""What intake tells of a class."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class Scheme(enum.StrEnum):
    """By whose names it is told who handed in what; the value follows `as … names them`."""

    ONE = "one submission"
    CANVAS = "Canvas"
    MOODLE = "Moodle"
    GRADESCOPE = "Gradescope"
    NBGRADER = "nbgrader"
    GITHUB = "GitHub Classroom"
    PLAIN = "one file or folder for each student"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one student has handed in, by its paths in what was looked at."""

    name: str
    """Of the submission, as `grader gradebook` finds rows by it."""
    who: str
    files: tuple[str, ...]
    """Files or one folder that count; none where nothing can be graded, which *refusal* explains."""
    originals: Mapping[str, str] = field(default_factory=dict)
    """What the student called a file, where the site has put something before it."""
    late: bool = False
    ids: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    """Of a group, where they are known."""
    superseded: tuple[str, ...] = ()
    """Files that a newer one replaces."""
    others: tuple[str, ...] = ()
    """What else is of this student, and is not graded: text that was written into a box of the site, for one."""
    remarks: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A class, as one scheme names it."""

    scheme: Scheme
    found: tuple[Found, ...]
    nobodys: tuple[str, ...] = ()
    """Paths of what belongs to no student."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one student or group has handed in."""

    name: str
    """Of the submission; no other one of the class has it."""
    who: str
    """As the download names them."""
    scheme: Scheme
    path: Path | None
    """Where it lies, to be read; None where it is refused already."""
    shown: str
    """Where it lies as an instructor knows it: in a zip, behind the name of the zip."""
    files: tuple[str, ...] = ()
    """What counts, in the folder or zip."""
    is_unpacked: bool = False
    """Whether *path* is a copy, which ends with the command."""
    late: bool = False
    ids: tuple[str, ...] = ()
    """Numbers and logins of the site."""
    members: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """What else is of this student, and is not graded."""
    remarks: tuple[str, ...] = ()
    refusal: str = ""
    """Why it is not graded; empty if it can be read."""
