"""
What a submission's network and known ones give in both modes, under the same weights: each side writes these once.

Writing the weights of a large network takes as long as a question about it, so the question in one mode brings that in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from grader.checks.architectures.attempt import Attempt
from grader.checks.architectures.comparison import Comparison
from grader.checks.architectures.table import Network
from grader.proxy import RemoteName, Run

Answers = Callable[[Sequence[Comparison], Network], tuple[Run, ...]]
"""Puts questions to a known network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BothModes:
    """What came of it in each mode, and what known networks give, which are asked when they are needed."""

    question: Comparison
    """What was asked in evaluation mode."""
    evaluating: Attempt
    training: Attempt
    answers: Answers
    _answered: dict[Network, tuple[Run, ...]] = field(default_factory=dict)

    def received(self, network: RemoteName, *, training: bool) -> Run:
        """Return what the submission's network gave in a mode, in training mode for two images; raises what came instead."""
        return (self.training if training else self.evaluating).received(network)

    def expected(self, known: Network, *, training: bool, gradients: bool) -> Run:
        """
        Return what a known network gives in a mode, in evaluation mode with the gradient of the images if *gradients* are of use.

        Raises:
            ReferenceFault: If it cannot be built or run.
        """
        if known not in self._answered:
            other = in_training(self.question)
            if all(
                layer.kind != "bn" for layer in known.layers
            ):  # another image then has no part in the first one's logits
                other = replace(other, others=0)
            self._answered[known] = self.answers((replace(self.question, gradients=gradients), other), known)
        return self._answered[known][training]


def in_training(question: Comparison) -> Comparison:
    """Return what is asked in training mode where *question* is asked in evaluation mode: beside another image, too."""
    return replace(question, training=True, gradients=False, others=1)
