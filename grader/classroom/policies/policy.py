"""
The policy of a course: what stands in course.toml, with a default for each key.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path


def utc(time: dt.datetime) -> dt.datetime:
    """Return a time so that it can be compared: within one zone Python compares clocks, and forgets that an hour comes twice."""
    return time.astimezone(dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """So many points, or a share of what is possible."""

    points: Fraction = Fraction(0)
    share: Fraction | None = None
    """From 0 to 1; None where *points* say it."""

    def of(self, possible: int) -> Fraction:
        """Return how many points that are."""
        return self.points if self.share is None else self.share * possible


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePolicy:
    """What being late costs.  Without a rate it costs nothing."""

    grace: dt.timedelta = dt.timedelta(0)
    """By which every bound is moved: who hands in so much later is not late, or not a day later."""
    per_day: Amount | None = None
    """For each day begun, of the clock in the time zone of the course."""
    per_hour: Amount | None = None
    """For each hour begun; never beside *per_day*."""
    at_most: Amount | None = None
    accept_days: int | None = None
    """So many days after it was due an attempt counts nothing; None for never."""
    slip_days_per_assignment: int | None = None
    """How many slip days may be used at once; None for all that are left."""


class Counts(enum.StrEnum):
    """Which attempt counts."""

    LATEST = "latest"
    BEST = "best"
    """The one with the most points after what lateness costs."""


class Release(enum.StrEnum):
    """When students see score and feedback, where it is no date."""

    AT_ONCE = "at once"
    DUE = "due"
    """When the student can no longer hand in on time: an extension delays it for that student alone."""
    PUBLISHED = "published"
    """When staff publish the assignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentPolicy:
    """What holds for one student in one assignment."""

    slug: str
    timezone: dt.tzinfo = dt.UTC
    """In which days are counted and dates are shown."""
    due: dt.datetime | None = None
    """None where nothing is ever late."""
    extension: dt.datetime | None = None
    """What course.toml gives this student; the decisions may give more."""
    weight: Fraction = Fraction(1)
    """In the course; 0 for what does not count."""
    attempts: int | None = None
    """How many attempts count, ungraded ones aside; None for any number."""
    counts: Counts = Counts.LATEST
    release: Release | dt.datetime = Release.AT_ONCE
    extra_credit: tuple[str, ...] = ()
    """Exercises whose points are earned and not possible."""
    scale_to: int | None = None
    """What the possible points are made to be in the end; None to leave them."""
    late: LatePolicy = LatePolicy()

    def due_for(self, until: dt.datetime | None) -> dt.datetime | None:
        """Return when it is due for the student, whom a decision gives time *until*; nothing takes time away."""
        if self.due is None:
            return None
        times = [utc(time) for time in (self.due, self.extension, until) if time is not None]
        return max(times).astimezone(self.timezone)

    def is_released(self, now: dt.datetime, until: dt.datetime | None = None, *, is_published: bool = False) -> bool:
        """Return whether the student, whom a decision gives time *until*, may see score and feedback."""
        if isinstance(self.release, dt.datetime):
            return utc(now) >= utc(self.release)
        if self.release is Release.PUBLISHED:
            return is_published
        due = self.due_for(until)
        return self.release is Release.AT_ONCE or due is None or utc(now) >= utc(due)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePolicy:
    """What holds in a course."""

    title: str = ""
    timezone: dt.tzinfo = dt.UTC
    gradebook: str | Path | None = None
    """A URL of SQLAlchemy, or a path."""
    roster: Path | None = None
    order: tuple[str, ...] = ()
    """All assignments: those that course.toml puts in order, then the others by name."""
    slip_days: int = 0
    """Of the whole course, for each student."""
    late: LatePolicy = LatePolicy()
    assignments: Mapping[str, AssignmentPolicy] = field(default_factory=dict)
    """Those that course.toml names, without extensions."""
    extensions: Mapping[str, Mapping[str, dt.datetime]] = field(default_factory=dict)
    """By assignment and student."""

    def of(self, slug: str, student: str = "") -> AssignmentPolicy:
        """Return what holds for one student in one assignment, whether course.toml names them or not."""
        policy = self.assignments.get(slug) or AssignmentPolicy(slug=slug, timezone=self.timezone, late=self.late)
        return replace(policy, extension=self.extensions.get(slug, {}).get(student))
