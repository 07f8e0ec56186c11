"""
One submission as a page, for who handed it in: the score, what to do next, then every check with what it found.

It has no script.  What several checks found is told at one of them, to which the others lead.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from grader.model import CheckResult, GradedSubmission, Outcome
from grader.reports import details
from grader.reports.html.document import document
from grader.reports.html.shown import Medium, anchors, shown

_FIRST = 3
"""Checks that are named as next: who has more to fix starts with these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A check to look at."""

    check: CheckResult
    followers: int
    """How many others follow from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What to do next."""

    first: tuple[Step, ...]
    more: int
    """How many other checks tell something of their own."""
    silent: int
    """How many did not pass and tell nothing besides what they check."""
    has_to_fix: bool


def encode(graded: GradedSubmission) -> bytes:
    """Write one submission as a page: UTF-8, one file."""
    return document(
        "feedback.html.jinja",
        f"{graded.submission}: {graded.title}",
        shown=shown(graded),
        steps=steps(graded),
        medium=Medium(anchors=anchors(graded), draws=True),
    )


def steps(graded: GradedSubmission) -> Steps:
    """Return what to do next: checks that follow from no other one first, in their order."""
    to_fix = [check for check in graded.to_fix if check.outcome is not Outcome.UNGRADED]
    causes = Counter(
        check.feedback.follows_from.check for check in to_fix if check.feedback and check.feedback.follows_from
    )
    telling = [check for check in to_fix if details.told(check) is not None]
    roots = [check for check in telling if check.feedback and check.feedback.follows_from is None]
    first = tuple(Step(check=check, followers=causes[check.name]) for check in roots[:_FIRST])
    return Steps(
        first=first,
        more=len(roots) - len(first),
        silent=len(to_fix) - len(telling),
        has_to_fix=bool(to_fix),
    )
