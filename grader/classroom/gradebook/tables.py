"""
The tables of a gradebook, as they are now; `migrations/` says how each earlier version becomes the next.

Rows are only ever added: triggers refuse to change or delete them.  Times are text in UTC, which sorts as it reads.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()
_Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up in a column of this very type alone."""

seeds = Table(
    "seeds",
    metadata,
    Column("assignment", String, primary_key=True),
    Column("seed", String, nullable=False),
    Column("at", String, nullable=False),
)
"""The secret that a class's questions follow from, drawn with the first grading."""

gradings = Table(
    "gradings",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("assignment", String, nullable=False),
    Column("student", String, nullable=False),
    Column("submission", String, nullable=False),
    Column("content", String, nullable=False),
    Column("key", String, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("handed_in_at", String),
    Column("late", Boolean, nullable=False),
    Column("graded_at", String, nullable=False),
    Column("earned", Integer, nullable=False),
    Column("possible", Integer, nullable=False),
    Column("score", Text, nullable=False),
    Column("ungraded", Boolean, nullable=False),
    Column("refusal", Text, nullable=False),
    Column("common", String, nullable=False),
    Column("checks", Text, nullable=False),
    Column("result", LargeBinary),
    UniqueConstraint("assignment", "student", "key", "repeat", name="gradings_once"),
    Index("gradings_of_a_student", "assignment", "student", "id"),
)
"""
One grading each: of whom, of what (`content`), by what (`common`, and `checks`, JSON of a digest by name), and its results.json,
packed; `score` is JSON of its points by exercise.

`key` is a digest of everything that decides it, and `repeat` counts gradings that something of ours left without a verdict, or
that staff asked for: two graders of one class cannot record the same one twice.  What could not be read has a refusal and no
result.
"""

decisions = Table(
    "decisions",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("assignment", String, nullable=False),
    Column("student", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("at", String, nullable=False),
    Index("decisions_of_a_student", "assignment", "student", "id"),
)
"""What staff have entered: JSON of one of the decisions of `policies`."""

courses = Table(
    "courses",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("title", String, nullable=False),
    Column("at", String, nullable=False),
)
"""Titles of the one course that the gradebook is of, the last of which it has now: assignments of two may be called alike."""

APPEND_ONLY = ("seeds", "gradings", "decisions", "courses")
