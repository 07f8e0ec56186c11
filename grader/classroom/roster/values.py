"""The students of a course, and who of them handed in what."""

from __future__ import annotations

from dataclasses import dataclass

from grader.classroom.intake.values import Scheme, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """One student, as the roster has them."""

    id: str
    """No other one has it."""
    name: str
    email: str = ""
    logins: tuple[str, ...] = ()
    """What else identifies them: logins and numbers of course sites, the name on GitHub."""
    section: str = ""
    number: str = ""
    """In the names of files that the site of the roster packs; empty where the roster is of no site."""
    groups: tuple[str, ...] = ()
    """What may be the name of their group on that site."""

    @property
    def shown(self) -> str:
        """Return how a sentence calls them."""
        return f"{self.name} ({self.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The students of a course."""

    students: tuple[Student, ...]
    site: Scheme | None = None
    """Whose numbers they have: Canvas or Moodle; None where a roster is of no site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """A submission of which nobody knows whose it is."""

    submission: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Several submissions of one student."""

    student: Student
    submissions: tuple[str, ...]
    """The oldest first, where that is known."""
    counts: str
    """The newest; empty where nobody knows which that is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Who handed in what."""

    works: tuple[Work, ...]
    """All of them, in their order; each with its student, or its members, as far as they are known."""
    unmatched: tuple[Unclear, ...] = ()
    ambiguous: tuple[Unclear, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    missing: tuple[Student, ...] = ()
    """Who has handed in nothing."""

    @property
    def is_unclear(self) -> bool:
        """Return whether somebody has to say whose a submission is, or which one counts."""
        return bool(self.unmatched or self.ambiguous or any(not one.counts for one in self.duplicates))
