"""Attempts and decisions as tests of policies make them up."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from fractions import Fraction
from typing import Any

from grader.classroom.policies import Attempt, Mark
from grader.model import ExerciseScore, Score

PACIFIC = zoneinfo.ZoneInfo("America/Los_Angeles")
DUE = dt.datetime(2026, 11, 13, 23, 59, tzinfo=PACIFIC)
NOW = dt.datetime(2026, 12, 20, tzinfo=dt.UTC)
ENTERED: Any = {"by": "grace", "at": dt.datetime(2026, 12, 1, tzinfo=dt.UTC)}
"""Who entered a decision, and when."""


def scored(**exercises: tuple[int, int] | tuple[int, int, bool]) -> Score:
    """Return a score of exercises, each as earned and possible points and whether it counts."""
    entries = tuple(
        ExerciseScore(
            exercise=name, title=name.capitalize(), earned=entry[0], possible=entry[1], counts=(*entry, True)[2]
        )
        for name, entry in exercises.items()
    )
    counted = [entry for entry in entries if entry.counts]
    return Score(
        earned=sum(entry.earned for entry in counted),
        possible=sum(entry.possible for entry in counted),
        exercises=entries,
    )


def attempt(
    number: int = 1, earned: int = 24, *, after: dt.timedelta | None = dt.timedelta(0), **fields: Any
) -> Attempt:
    """Return an attempt at 30 points, handed in so long *after* it was due; None for an unknown time."""
    return Attempt(
        **{
            "number": number,
            "submission": f"ada-{number}",
            "handed_in_at": None if after is None else DUE.astimezone(dt.UTC) + after,
            "score": scored(sums=(earned, 30)),
            **fields,
        }
    )


def mark(exercise: str, item: str, points: float, comment: str = "", **fields: Any) -> Mark:
    """Return a mark that grace has given."""
    return Mark(**{**ENTERED, **fields}, exercise=exercise, item=item, points=Fraction(points), comment=comment)
