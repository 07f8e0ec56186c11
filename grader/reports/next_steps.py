"""What to do next with a submission that is not all right: which checks to look at first, and how to check again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from grader.model import CheckResult, GradedSubmission, Outcome
from grader.reports import details

_FIRST = 3
"""Checks that are named as next: who has more to fix starts with these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A check to look at."""

    check: CheckResult
    followers: int
    """How many others follow from it."""

    @property
    def about_followers(self) -> str:
        """Say how many others follow from it; empty where none does."""
        if not self.followers:
            return ""
        return (
            f"{details.counted(self.followers, 'other check')} {'follows' if self.followers == 1 else 'follow'} from it"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What to do next."""

    first: tuple[Step, ...]
    more: int
    """How many other checks tell something of their own."""
    silent: int
    """How many did not pass and tell nothing besides what they check."""
    has_to_fix: bool
    command: str
    """Checks again, wherever a student is in the course."""

    @property
    def about_silent(self) -> str:
        """Say what to do with checks that tell nothing of their own; empty where there is none."""
        if not self.silent:
            return ""
        one = self.silent == 1
        return (
            f"{details.counted(self.silent, 'check')} did not pass and {'says' if one else 'say'} only what "
            f"{'it checks' if one else 'they check'}: read the sentence, and try examples of your own."
        )


def next_steps(graded: GradedSubmission) -> Steps:
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
        command=f"grader check {graded.assignment}",
    )
