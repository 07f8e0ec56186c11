"""
What an imported notebook holds, in words of its own: neither nbgrader's nor otter's.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """What a person has to do by hand."""

    cell: int
    """From 1; 0 where it is about no cell."""
    what: str
    why: str

    def __str__(self) -> str:
        where = f"cell {self.cell}: " if self.cell else ""
        return f"{where}{self.what}: {self.why}"


class Role(enum.Enum):
    """What a cell of the notebook is to students."""

    PROSE = "Markdown"
    GIVEN = "code that students get as it is"
    SOLUTION = "code of which students write a part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A cell of the source that is made."""

    cell: int
    role: Role
    text: str
    """With markers around what students write."""
    plain: str = ""
    """The code without its markers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A cell, or a part of one, that tests."""

    cell: int
    name: str
    source: str
    points: Fraction
    is_hidden: bool
    sentence: str = ""
    """What is tested, for students; empty where the notebook does not say it."""
    shown: str | None = None
    """What the last expression of the cell has given, where a test compares with it."""
    printed: bool = False
    """Whether what the cell prints is compared as well."""
    before: str = ""
    """Code of the same cell that has run before this part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """Something that staff judge."""

    item: str
    points: Fraction
    model_answer: str


@dataclass(slots=True, kw_only=True)
class Question:
    """A question with its tests, in the making."""

    name: str
    title: str
    cells: list[int] = field(default_factory=list)
    """The cells in which students write."""
    tests: list[Probe] = field(default_factory=list)
    by_hand: list[ByHand] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A notebook as it was understood."""

    kind: str
    """`nbgrader` or `otter`."""
    title: str
    parts: Sequence[Part]
    questions: Sequence[Question]
    todos: Sequence[Todo] = ()
    notes: Sequence[str] = ()
    """What is different from the notebook, though nobody need do anything."""
