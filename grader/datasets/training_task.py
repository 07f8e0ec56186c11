"""
What the networks of an assignment are trained on in one grading: the data set, how many images, the threshold.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.datasets.splits import DataSource, DataSplit, split
from grader.errors import UsageError
from grader.keys import DataKeys
from grader.model import Assignment, Threshold, Training

PIXEL_MEAN, PIXEL_DEVIATION = 0.5, 0.25
"""Loaders give pixels from 0 to 1 less this mean, divided by this deviation: the same for all data, near those of CIFAR-10."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What networks are trained on in this grading, and how well they must do."""

    training: Training
    source: DataSource

    @property
    def threshold(self) -> Threshold:
        """Return the threshold of the data set."""
        return self.training.thresholds[self.source.name]

    @property
    def epochs(self) -> int:
        """Return for how many epochs networks are trained on the data set."""
        return self.threshold.epochs or self.training.epochs

    def data(self, keys: DataKeys) -> DataSplit:
        """Return the images of a check; only `held_out_labels` must not go to a worker."""
        parts = self.training
        train = self.threshold.train or parts.train
        return split(self.source, keys, train=train, validation=parts.validation, held_out=parts.held_out)


def task_of(assignment: Assignment, name: str | None = None, root: Path | None = None) -> Task | None:
    """
    Return what the networks of *assignment* are trained on, None if it trains none.

    Args:
        name: Another data set than that of the assignment.
        root: Where real data lie; None for the default folder.

    Raises:
        UsageError: If the assignment trains no network, or has no threshold for the data set.
    """
    training = assignment.training
    if training is None:
        if name is not None:
            raise UsageError(f"--data {name}: `{assignment.slug}` trains no network, so there is nothing to choose")
        return None
    source = DataSource(name=name or training.data, root=root)
    if source.name not in training.thresholds:
        known = ", ".join(training.thresholds)
        raise UsageError(
            f"--data {source.name}: `{assignment.slug}` has no threshold for these data; it has them for: {known}"
        )
    return Task(training=training, source=source)
