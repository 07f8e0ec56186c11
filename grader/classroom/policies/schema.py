"""
What may stand in course.toml: its tables, their keys, and the smallest sensible value of each.

What a key means is said in `policy`.  Dates, figures and what stands below a name of the author's choice are `Any` here and read
by `loading`, so that a wrong one is named by its key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

Count = Annotated[int, Meta(ge=1)]
Natural = Annotated[int, Meta(ge=0)]
Days = Annotated[int, Meta(ge=0, le=3650)]
Minutes = Annotated[int, Meta(ge=0, le=10_000)]


class LateTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[late]`, and `[assignments.SLUG.late]`, whose keys count instead of those of the former."""

    grace_minutes: Minutes | UnsetType = UNSET
    per_day: Any = UNSET
    per_hour: Any = UNSET
    at_most: Any = UNSET
    accept_days: Days | UnsetType = UNSET
    slip_days: Natural | UnsetType = UNSET
    """Of the whole course, so in `[late]` alone."""
    slip_days_per_assignment: Natural | UnsetType = UNSET


class AssignmentTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A table `[assignments.SLUG]`."""

    due: Any = UNSET
    weight: Any = UNSET
    attempts: Count | UnsetType = UNSET
    counts: str | UnsetType = UNSET
    release: Any = UNSET
    extra_credit: tuple[str, ...] = ()
    scale_to: Count | UnsetType = UNSET
    late: LateTable = LateTable()
    extensions: Mapping[str, Any] = {}
    """By the id of the student."""


class File(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The whole file."""

    title: str = ""
    timezone: str = "UTC"
    gradebook: Annotated[str, Meta(min_length=1)] | UnsetType = UNSET
    roster: Annotated[str, Meta(min_length=1)] | UnsetType = UNSET
    order: tuple[str, ...] = ()
    late: LateTable = LateTable()
    assignments: Mapping[str, Any] = {}
    """By the name of the assignment; each is an AssignmentTable."""
