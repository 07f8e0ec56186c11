"""
What one attempt is worth before staff decide anything about it: its checks, extra credit, marks, lateness.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from grader.classroom.policies.figures import points
from grader.classroom.policies.lateness import Lateness, lateness
from grader.classroom.policies.ledger import Ledger
from grader.classroom.policies.marking import Marked, Marks, marked
from grader.classroom.policies.policy import AssignmentPolicy
from grader.classroom.policies.values import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one attempt is worth, and why."""

    attempt: Attempt
    earned: int
    """By checks, without extra credit."""
    possible: int
    """Without extra credit."""
    changes: tuple[tuple[str, Fraction], ...]
    """What extra credit and marks add, with a sentence each."""
    marked: Marked
    lateness: Lateness

    @property
    def score(self) -> Fraction:
        """The points after what lateness costs."""
        ledger = Ledger()
        self.tell(ledger)
        return ledger.score

    def tell(self, ledger: Ledger, why: str = "", extended: str = "") -> None:
        """Add the steps to a *ledger*: with *why* this attempt counts, and what was *extended* before it was late."""
        ledger.add(f"attempt {self.attempt.number}{why}: {self.earned} of {points(self.possible)}", self.earned)
        for says, change in self.changes:
            ledger.add(says, change)
        for says in self.marked.waiting:
            ledger.add(says)
        if extended:
            ledger.add(extended)
        if self.lateness.says:
            ledger.add(self.lateness.says, -self.lateness.cost)


def possible_points(policy: AssignmentPolicy, attempt: Attempt) -> int:
    """Return what is possible without extra credit."""
    extra = (entry for entry in attempt.score.exercises if entry.counts and entry.exercise in policy.extra_credit)
    return attempt.score.possible - sum(entry.possible for entry in extra)


def worth(
    policy: AssignmentPolicy, attempt: Attempt, given: Marks, due: dt.datetime | None, slip_days_left: int
) -> Worth:
    """Return what an attempt is worth with the marks that were *given*, where it is *due* then and slip days are left."""
    possible, found = possible_points(policy, attempt), marked(attempt, given)
    extra = [entry for entry in attempt.score.exercises if entry.counts and entry.exercise in policy.extra_credit]
    earned = attempt.score.earned - sum(entry.earned for entry in extra)
    changes = (
        *(
            (f"extra credit for {entry.title}: {entry.earned} of {points(entry.possible)}", Fraction(entry.earned))
            for entry in extra
            if entry.earned or entry.exercise not in attempt.pending
        ),
        *(
            (f"{says}, as extra credit" if name in policy.extra_credit else says, change)
            for name, says, change in found.changes
        ),
    )
    total = earned + sum((change for _, change in changes), Fraction(0))
    return Worth(
        attempt=attempt,
        earned=earned,
        possible=possible,
        changes=changes,
        marked=found,
        lateness=lateness(policy, attempt, due, total, possible, slip_days_left, is_pending=bool(found.pending)),
    )
