"""
Two images that a submission's network is asked about together, and the first of them alone.

Where both agree about the first one, the other has no part in its logits, and being asked again changes nothing: two promises
from two forward passes.  Where they do not, each promise has a question of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.checks import expect, tolerances
from grader.checks.architectures.attempt import Attempt
from grader.checks.architectures.both_modes import BothModes
from grader.checks.architectures.comparison import Comparison
from grader.proxy import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoImages:
    """What came of it."""

    question: Comparison
    """About the first image alone, which known networks may be asked too."""
    together: Attempt
    alone: Attempt
    both_modes: BothModes | None
    """What came of the first image in both modes, where that was asked at the same time."""

    def agree(self) -> bool:
        """Return whether the first image has the same logits alone and beside the other one, but for the order of summations."""
        both, one = self.together.outcome, self.alone.outcome
        if not (isinstance(both, Run) and isinstance(one, Run)):
            return False
        if both.output.dim() != 2 or len(both.output) != 2 or one.output.shape != both.output[:1].shape:
            return False
        return expect.distance(both.output[:1], one.output) < tolerances.ALONE
