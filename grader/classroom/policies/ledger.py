"""
The steps of a score, which is never below 0.
"""

from __future__ import annotations

from fractions import Fraction

from grader.classroom.policies.values import Step


class Ledger:
    """
    Steps, one after another.

    Attributes:
        steps: Those so far.
        score: After the last of them.
    """

    def __init__(self) -> None:
        self.steps: tuple[Step, ...] = ()
        self.score = Fraction(0)

    def add(self, says: str, change: Fraction | int = 0) -> None:
        """Note a step that changes the score by so much."""
        self.reach(says, self.score + change)

    def reach(self, says: str, score: Fraction | int) -> None:
        """Note a step after which this is the score, whatever it was before."""
        end = "; no score is below 0" if score < 0 else ""
        self.score = max(Fraction(0), Fraction(score))
        self.steps = (*self.steps, Step(says=says + end, score=self.score))
