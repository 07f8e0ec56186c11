"""
What policies are applied to, and what comes of it: attempts and decisions to an account.

Points are fractions, exact until they are shown.  Every datetime is aware.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from grader.model import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One submission of a student, graded."""

    number: int
    """From 1, in the order in which they were first handed in; by it those are counted that may count."""
    turn: int = 0
    """Higher for what was handed in later, where some of it was there before: the highest one is the latest attempt."""
    submission: str
    handed_in_at: dt.datetime | None
    """None where nobody knows."""
    late: bool = False
    """The course site says so, without a time."""
    score: Score
    """Of what was graded by checks; an exercise that waits for staff has its possible points, and none earned."""
    pending: tuple[str, ...] = ()
    """Exercises that are graded by hand."""
    rubric: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By such an exercise, the items that must have a mark; where none are known, one mark is enough."""
    ungraded: bool = False
    """Some check could not be graded, through no fault of the student."""
    row: int = 0
    """Of the gradebook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entered:
    """By whom and when something was decided, and why."""

    by: str
    at: dt.datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment(_Entered):
    """Points more, or fewer."""

    kind: ClassVar[str] = "adjustment"
    exercise: str | None = None
    """The one they are of: points as its checks count them; None for points of the score as it is shown, scaled."""
    points: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(_Entered):
    """The score as it is shown, whatever was computed before."""

    kind: ClassVar[str] = "override"
    points: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(_Entered):
    """Another due date for this student; of several the last one holds, and none takes time away."""

    kind: ClassVar[str] = "extension"
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Excused(_Entered):
    """The assignment does not count for this student, unless a later Override says otherwise."""

    kind: ClassVar[str] = "excused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotExcused(_Entered):
    """The assignment counts again, as if nobody had excused the student: what was decided besides stays."""

    kind: ClassVar[str] = "not_excused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(_Entered):
    """One item of a rubric, graded by hand; a later mark of the same item replaces it."""

    kind: ClassVar[str] = "mark"
    exercise: str
    item: str
    points: Fraction
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(_Entered):
    """For the student to read."""

    kind: ClassVar[str] = "comment"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegradeRequest(_Entered):
    """What a student asks to be looked at again."""

    kind: ClassVar[str] = "regrade_request"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegradeAnswer(_Entered):
    """What staff say to it; points are a decision of their own."""

    kind: ClassVar[str] = "regrade_answer"
    request: int
    """Number of the request among this student's of the assignment, from 1."""
    text: str


Decision = Adjustment | Override | Extension | Excused | NotExcused | Mark | Comment | RegradeRequest | RegradeAnswer
"""What was entered, in order."""
DECISIONS: Mapping[str, type[Decision]] = {
    decision.kind: decision
    for decision in (
        Adjustment,
        Override,
        Extension,
        Excused,
        NotExcused,
        Mark,
        Comment,
        RegradeRequest,
        RegradeAnswer,
    )
}
"""By the word that stands for each where decisions are stored."""


class Standing(enum.StrEnum):
    """How far a score may be relied on."""

    SCORED = "scored"
    PENDING = "pending"
    """A part waits for staff."""
    UNGRADED = "ungraded"
    """No attempt could be graded, through no fault of the student: there is no score, and 0 stands for none."""
    NOTHING = "nothing"
    """Nothing was handed in."""
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a score."""

    says: str
    """What happened, with its figures."""
    score: Fraction
    """After it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The score of one student in one assignment, and how it came about."""

    score: Fraction
    possible: int
    """Without extra credit; 0 where the student is excused or nobody knows."""
    steps: tuple[Step, ...]
    """The last one has the score."""
    counted: Attempt | None
    pending: tuple[str, ...] = ()
    """Exercises that wait for staff."""
    is_released: bool
    """Whether the student may see score and feedback."""
    comments: tuple[str, ...] = ()
    """For the student."""
    slip_days_used: int = 0
    standing: Standing
    warnings: tuple[str, ...] = ()
    """For staff: what they should look at or enter."""
    open_requests: tuple[int, ...] = ()
    """Numbers of requests for a regrade that nobody has answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What there is of one student in one assignment."""

    attempts: tuple[Attempt, ...] = ()
    decisions: tuple[Decision, ...] = ()
    is_published: bool = False
    """Whether staff have published the assignment."""
    possible: int = 0
    """What the assignment is worth without extra credit, for a student who handed in nothing; 0 where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAccount:
    """The accounts of one student, and what they come to."""

    by_assignment: Mapping[str, Account]
    """In the order of the course."""
    total: Fraction | None
    """Mean share of the points, by weight, of what counts so far: 1 for all points; None where nothing counts yet."""
    steps: tuple[str, ...]
    """What each assignment adds to it, in sentences."""
    slip_days_left: int
