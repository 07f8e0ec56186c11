"""What a gradebook holds, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from grader.model import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """Of whom a submission is, and since when it is there."""

    student: str
    """The id in the roster, or the name of the submission where there is none."""
    at: datetime | None = None
    """With a time zone; None where nobody says."""
    late: bool = False
    """Whether the course site calls it late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One grading in a gradebook."""

    row: int
    """Its number: a later grading has a higher one."""
    assignment: str
    submission: str
    content: str
    """Digest of what was handed in: of one attempt, all gradings have the same."""
    handed_in: HandedIn
    graded_at: datetime
    score: Score
    """Of the checks, before any policy."""
    ungraded: bool
    refusal: str = ""
    """Why it could not be read; empty where it was graded."""
    common: str = ""
    """Digest of what decides all checks; `checks` has one for each, by its name."""
    checks: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What staff want graded anew, of what is recorded; without any of it, what is missing or has changed."""

    checks: tuple[str, ...] = ()
    failed: bool = False
    """Checks that did not pass."""
    ungraded: bool = False
    """Checks that something of ours left without a verdict."""

    def __bool__(self) -> bool:
        return bool(self.checks) or self.failed or self.ungraded
