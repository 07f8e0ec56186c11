"""What intake tells of a class."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from grader.download_names import MOODLE


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
class Person:
    """Somebody who handed something in, as the site says."""

    name: str = ""
    ids: tuple[str, ...] = ()
    """Numbers, logins and addresses."""

    @property
    def called(self) -> str:
        """Return what they are called: by what identifies them, as people choose their names."""
        return self.ids[0] if self.ids else self.name


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
    """As the site says, which may know nothing else of when it came."""
    handed_in_at: datetime | None = None
    """With its zone; None where nobody knows."""
    upload: int = 0
    """A number of the site that grows with every upload; 0 where it has none."""
    ids: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    """Of a group, where they are known."""
    people: tuple[Person, ...] = ()
    """Whose it is, where the site says so of each; else *who* and *ids* say it."""
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
    handed_in_at: datetime | None = None
    """With its zone; None where nobody knows."""
    upload: int = 0
    """A number of the site that grows with every upload; 0 where it has none."""
    ids: tuple[str, ...] = ()
    """Numbers and logins of the site."""
    student: str = ""
    """Whose it is: their id in the roster, else the name of the submission."""
    members: tuple[str, ...] = ()
    """Of a group: ids of the roster where there is one, else names."""
    is_resolved: bool = False
    """Whether a roster has said whose it is, or that it is nobody's in it."""
    people: tuple[Person, ...] = ()
    """As the site knows them."""
    superseded: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """What else is of this student, and is not graded."""
    remarks: tuple[str, ...] = ()
    refusal: str = ""
    """Why it is not graded; empty if it can be read."""

    @property
    def students(self) -> tuple[str, ...]:
        """Return for whom it counts: every member of a group."""
        return self.members or (self.student,)

    @property
    def at_its_site(self) -> tuple[str, ...]:
        """
        Return whose it is as its site calls them, so that a resubmission is of the same student.

        Sites call each upload otherwise; a number, a login or an address stays.
        """
        if self.people:
            return tuple(dict.fromkeys(person.called or self.name for person in self.people))
        if self.scheme is Scheme.CANVAS and self.ids:
            return self.ids[:1]
        of_moodle = MOODLE.fullmatch(self.name) if self.scheme is Scheme.MOODLE else None
        if (
            of_moodle is not None
        ):  # a folder is called so; behind that stands the name of a file, which may be another one
            return (f"{of_moodle['name']}_{of_moodle['id']}_assignsubmission_file",)
        return (self.name,)
