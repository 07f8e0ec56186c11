"""
The right average of an epoch, and the wrong ones that people work out: one table for checks and for the diagnosis.

A lesson tells them apart if they are different numbers on it.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator
from dataclasses import dataclass

from grader.checks.training.rehearsal import Evaluated, mean_of_samples


class Average(enum.StrEnum):
    """A wrong way to work out the mean loss or the accuracy of an epoch."""

    SUM_OF_LOSSES = "sum_of_losses"
    SUM_OVER_SAMPLES = "sum_over_samples"
    LAST_LOSS = "last_loss"
    FIRST_LOSS = "first_loss"
    LEAVES_OUT_THE_LAST_BATCH = "leaves_out_the_last_batch"
    SOME_BATCHES = "mean_of_some_batches"
    COUNTS_THE_LAST_BATCH_AS_FULL = "counts_the_last_batch_as_full"
    DIVIDES_TWICE = "divides_twice"
    DIVIDES_SUMS_BY_BATCHES = "divides_sums_by_batches"
    ACCURACY_IN_PERCENT = "accuracy_in_percent"
    MEAN_OF_BATCH_ACCURACIES = "mean_of_batch_accuracies"
    COUNTS_INSTEAD_OF_SHARE = "counts_instead_of_share"
    DIVIDES_BY_BATCHES = "divides_by_batches"
    DIVIDES_BY_FULL_BATCHES = "divides_by_full_batches"
    FIRST_BATCH_ONLY = "first_batch_only"
    LAST_BATCH_ONLY = "last_batch_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A wrong way and the number that it gives."""

    average: Average
    value: float


def wrong_losses(losses: tuple[float, ...], sizes: tuple[int, ...]) -> Iterator[Way]:
    """
    Yield the wrong mean losses of an epoch.

    Args:
        losses: Mean loss of each batch.
        sizes: Images of each batch.
    """
    total, images = mean_of_samples(losses, sizes) * sum(sizes), sum(sizes)
    yield Way(average=Average.SUM_OF_LOSSES, value=math.fsum(losses))
    yield Way(average=Average.SUM_OVER_SAMPLES, value=total)
    yield Way(average=Average.LAST_LOSS, value=losses[-1])
    yield Way(average=Average.FIRST_LOSS, value=losses[0])
    if len(losses) > 1:
        shorter = mean_of_samples(losses[:-1], sizes[:-1]), math.fsum(losses[:-1]) / len(losses[:-1])
        for value in shorter:
            yield Way(average=Average.LEAVES_OUT_THE_LAST_BATCH, value=value)
    yield Way(average=Average.DIVIDES_TWICE, value=math.fsum(losses) / images)
    yield Way(average=Average.DIVIDES_SUMS_BY_BATCHES, value=total / len(sizes))
    yield Way(
        average=Average.COUNTS_THE_LAST_BATCH_AS_FULL, value=math.fsum(loss * max(sizes) for loss in losses) / images
    )
    for start in range(len(losses)):
        for end in range(start + 2, len(losses) + (start > 0)):
            some, some_sizes = losses[start:end], sizes[start:end]
            yield Way(average=Average.SOME_BATCHES, value=math.fsum(some) / len(some))
            yield Way(average=Average.SOME_BATCHES, value=mean_of_samples(some, some_sizes))


def wrong_accuracies(right: Evaluated) -> Iterator[Way]:
    """Yield the wrong accuracies of an evaluation."""
    correct, batches, shares = sum(right.correct), len(right.sizes), right.shares
    yield Way(average=Average.ACCURACY_IN_PERCENT, value=100 * right.accuracy)
    yield Way(average=Average.MEAN_OF_BATCH_ACCURACIES, value=sum(shares) / batches)
    yield Way(average=Average.COUNTS_INSTEAD_OF_SHARE, value=float(correct))
    yield Way(average=Average.DIVIDES_BY_BATCHES, value=correct / batches)
    yield Way(average=Average.DIVIDES_BY_FULL_BATCHES, value=correct / (batches * max(right.sizes)))
    yield Way(average=Average.FIRST_BATCH_ONLY, value=shares[0])
    yield Way(average=Average.LAST_BATCH_ONLY, value=shares[-1])
