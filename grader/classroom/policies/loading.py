"""
Read course.toml as the policy of a course, and say of a wrong file which key of it is wrong and what would be right.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import zoneinfo
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import NoReturn, TypeVar

from msgspec import UNSET, UnsetType

from grader.classroom.policies.policy import Amount, AssignmentPolicy, Counts, CoursePolicy, LatePolicy, Release
from grader.classroom.policies.schema import AssignmentTable, File, LateTable
from grader.course import assignment, toml_file
from grader.errors import AssignmentError

FILE = "course.toml"
_Value = TypeVar("_Value")


def load(course: Path) -> CoursePolicy:
    """
    Return the policy of the course in this folder: that of its course.toml, or of none.

    Raises:
        AssignmentError: If something in it is wrong; the text names file, key and value.
    """
    path, slugs = course / FILE, assignment.slugs(course)
    file = toml_file.read(path, File) if path.exists() else File()
    reader = _Reader(path=path, timezone=_timezone(file.timezone, path))
    for number, slug in enumerate(file.order):
        reader.check_name(f"order[{number}]", slug, slugs, "assignment")
        if slug in file.order[:number]:
            reader.refuse(f"order names {slug!r} twice")
    for slug in file.assignments:
        reader.check_name(f"assignments.{slug}", slug, slugs, "assignment")
    late = reader.late(file.late, LatePolicy(), "late")
    tables = {
        slug: toml_file.table(entry, AssignmentTable, path, f"assignments.{slug}")
        for slug, entry in file.assignments.items()
    }
    return CoursePolicy(
        title=file.title,
        timezone=reader.timezone,
        gradebook=None if file.gradebook is UNSET else _beside(course, file.gradebook),
        roster=None if file.roster is UNSET else course / file.roster,
        order=(*file.order, *(slug for slug in slugs if slug not in file.order)),
        slip_days=_or(file.late.slip_days, 0),
        late=late,
        assignments={slug: reader.assignment(slug, table, late, course) for slug, table in tables.items()},
        extensions={slug: reader.extensions(slug, table) for slug, table in tables.items()},
    )


def _timezone(name: str, path: Path) -> dt.tzinfo:
    """Return the time zone of this name; raises AssignmentError if this machine knows none."""
    if name == "UTC":
        return dt.UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found, no name at all, or a folder of names
        near = difflib.get_close_matches(name, zoneinfo.available_timezones(), n=1, cutoff=0.8)
        suggestion = f"did you mean {near[0]}?" if near else "a name is such as America/Los_Angeles"
        raise AssignmentError(f"{path}: timezone {name!r} is not known on this machine; {suggestion}") from None


def _beside(course: Path, text: str) -> str | Path:
    """Return a URL as it is, and a path as one beside course.toml."""
    return text if "://" in text else course / text


def _or(value: _Value | UnsetType, default: _Value) -> _Value:
    return default if isinstance(value, UnsetType) else value


@dataclass(frozen=True, slots=True)
class _Reader:
    """What stands below the keys of one file, read as it is meant."""

    path: Path
    timezone: dt.tzinfo

    def refuse(self, text: str) -> NoReturn:
        """Raise AssignmentError with the name of the file."""
        raise AssignmentError(f"{self.path}: {text}")

    def check_name(self, key: str, name: str, known: Collection[str], what: str) -> None:
        """Refuse a *name* under *key* that is none of those that are *known*."""
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            suggestion = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known) or 'none'}"
            self.refuse(f"{key}: there is no {what} {name!r}; {suggestion}")

    def assignment(self, slug: str, table: AssignmentTable, late: LatePolicy, course: Path) -> AssignmentPolicy:
        """Return what a table says of the assignment *slug*, with *late* for what it does not say of lateness."""
        key = f"assignments.{slug}"
        if table.late.slip_days is not UNSET:
            self.refuse(
                f"{key}.late.slip_days: slip days are of the whole course and stand in [late]; slip_days_per_assignment here "
                "says how many of them this assignment may take"
            )
        due = None if table.due is UNSET else self._time(table.due, f"{key}.due")
        if due is None and table.extensions:
            self.refuse(f"{key}.extensions: without {key}.due there is nothing to extend")
        if table.extra_credit:
            names = [exercise.name for exercise in assignment.load(course, slug).exercises]
            for number, name in enumerate(table.extra_credit):
                self.check_name(f"{key}.extra_credit[{number}]", name, names, "exercise")
        return AssignmentPolicy(
            slug=slug,
            timezone=self.timezone,
            due=due,
            weight=Fraction(1) if table.weight is UNSET else self._number(table.weight, f"{key}.weight"),
            attempts=_or(table.attempts, None),
            counts=self._counts(_or(table.counts, Counts.LATEST), f"{key}.counts"),
            release=self._release(_or(table.release, Release.AT_ONCE), f"{key}.release", due),
            extra_credit=table.extra_credit,
            scale_to=_or(table.scale_to, None),
            late=self.late(table.late, late, f"{key}.late"),
        )

    def extensions(self, slug: str, table: AssignmentTable) -> Mapping[str, dt.datetime]:
        """Return the due dates that a table gives to students."""
        key = f"assignments.{slug}.extensions"
        return {student: self._time(value, f"{key}.{student}") for student, value in table.extensions.items()}

    def late(self, table: LateTable, default: LatePolicy, key: str) -> LatePolicy:
        """Return what a table says of lateness; what it does not say is as in *default*."""
        if table.per_day is not UNSET and table.per_hour is not UNSET:
            self.refuse(f"{key} has both per_day and per_hour; one of them says what lateness costs")
        rates = {"per_day": table.per_day, "per_hour": table.per_hour}
        given = {name: self._amount(value, f"{key}.{name}") for name, value in rates.items() if value is not UNSET}
        if given:  # another rate replaces that of the course, whatever it is for
            default = replace(default, per_day=given.get("per_day"), per_hour=given.get("per_hour"))
        return replace(
            default,
            grace=default.grace
            if isinstance(table.grace_minutes, UnsetType)
            else dt.timedelta(minutes=table.grace_minutes),
            at_most=default.at_most if table.at_most is UNSET else self._amount(table.at_most, f"{key}.at_most"),
            accept_days=_or(table.accept_days, default.accept_days),
            slip_days_per_assignment=_or(table.slip_days_per_assignment, default.slip_days_per_assignment),
        )

    def _counts(self, value: str, key: str) -> Counts:
        if value not in tuple(Counts):
            self.refuse(f'{key} must be "latest" or "best", got {value!r}')
        return Counts(value)

    def _release(self, value: object, key: str, due: dt.datetime | None) -> Release | dt.datetime:
        words = {str(word): word for word in Release}
        if isinstance(value, str) and not re.match(r"\d", value) and value not in words:
            self.refuse(f'{key} must be "at once", "due", "published" or a date with a time, got {value!r}')
        release = words.get(value) if isinstance(value, str) else None
        if release is Release.DUE and due is None:
            self.refuse(f'{key} is "due", but the assignment has no due date')
        return release or self._time(value, key)

    def _time(self, value: object, key: str) -> dt.datetime:
        """Return a date with a time, in the time zone of the course where it has none of its own."""
        time = value
        if isinstance(value, str) and re.search(r"\d[T ]\d", value):  # a date alone would be taken for its midnight
            try:
                time = dt.datetime.fromisoformat(value)
            except ValueError as error:
                self.refuse(f"{key} is no date: {error}")
        if not isinstance(time, dt.datetime):
            shown = repr(value) if isinstance(value, str) else value
            self.refuse(f"{key} must be a date with a time, such as 2026-11-13T23:59:00, got {shown}")
        if not 1970 < time.year < 9000:  # beyond that, sums with days and zones overflow
            self.refuse(f"{key} must be in a year of a course, got {time}")
        return time.replace(tzinfo=self.timezone) if time.tzinfo is None else time.astimezone(self.timezone)

    def _amount(self, value: object, key: str) -> Amount:
        """Return points, or a share where there is a percent sign."""
        if isinstance(value, str) and (match := re.fullmatch(r"(\d{1,3}(?:\.\d{1,9})?) ?%", value)):
            share = Fraction(match[1]) / 100
            if share > 1:
                self.refuse(f"{key} must be at most 100%, got {value!r}")
            return Amount(share=share)
        if isinstance(value, str):
            self.refuse(f'{key} must be a share such as "10%", or a number of points without quotes, got {value!r}')
        return Amount(points=self._number(value, key))

    def _number(self, value: object, key: str) -> Fraction:
        """Return a number of at least 0 as it is written: 0.1 is a tenth."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(f"{key} must be a number, got {value!r}")
        if not (math.isfinite(value) and value >= 0):
            self.refuse(f"{key} must be at least 0, got {value}")
        return Fraction(str(value))
