"""
What accuracy right networks may be held to: the reference is graded under several seeds, and a rule gives the threshold.

It is handed in like a submission, to the check of the assignment that is marked with `calibrates=`: so it trains in a worker,
on the same data and in the same way as submissions do, and what that check measures is what counts.  Every grading has its own
images, classes, initial weights and order of batches, so the spread between them holds all of these.

The rule: p_low is the worst grading less three standard deviations between gradings; the threshold lies 3.72 standard deviations
of a binomial with n held-out images below it, rounded down to a whole percent, and is at most 0.9.  The chance that a network of
accuracy p_low misses it, by the draw of the held-out images alone, is then computed exactly.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader import submission as submissions
from grader.checks.expect.learning import UNSEEN
from grader.datasets import DataSource, Task
from grader.errors import AssignmentError, UsageError
from grader.grading import Check, GradingRequest, Listener, Sides, grade_submission, list_checks
from grader.model import Assignment, CheckResult, Suite, Threshold, TrainingProgress
from grader.protocol import Limits
from grader.sandbox import Local

FEWEST_SEEDS = 2
"""A single grading has no deviation."""
_HIGHEST = 0.9
_DEVIATIONS = 3.72
"""Of a normal distribution: 1e-4 of it lies below."""
_TIMES_LONGER = 30.0
"""A training may take so many times as long as one of a submission: a busy machine must not decide what others are held to."""

OnTraining = Callable[[TrainingProgress], None]
"""Told how far a training has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What the gradings gave, two or more of them, and the threshold that follows."""

    accuracies: tuple[float, ...]
    held_out: int
    """Images that each was measured with."""

    @property
    def mean(self) -> float:
        """Return the mean accuracy."""
        return statistics.mean(self.accuracies)

    @property
    def worst(self) -> float:
        """Return the accuracy of the worst grading."""
        return min(self.accuracies)

    @property
    def deviation(self) -> float:
        """Return the standard deviation between gradings."""
        return statistics.stdev(self.accuracies)

    @property
    def p_low(self) -> float:
        """Return the accuracy that hardly any training of a right network falls below."""
        return min(max(self.worst - 3 * self.deviation, 0.0), 1.0)

    @property
    def accuracy(self) -> float:
        """Return the accuracy that networks are held to; 0 or less where the gradings differ too much to hold any to one."""
        p = self.p_low
        highest = p - _DEVIATIONS * math.sqrt(p * (1 - p) / self.held_out)
        return min(math.floor(100 * highest) / 100, _HIGHEST)

    @property
    def required(self) -> int:
        """Return how many held-out images that is."""
        return max(math.ceil(round(self.accuracy * self.held_out, 6)), 0)  # 0.55 * 2000 is 1100.0000000000002

    @property
    def false_fail(self) -> float:
        """Return the exact probability that a network of accuracy p_low misses the threshold."""
        return self.chance_of_fewer(self.required)

    def chance_of_fewer(self, count: int) -> float:
        """Return the exact probability that a network of accuracy p_low reads fewer than *count* held-out images right."""
        return math.fsum(_chance_of(right, self.held_out, self.p_low) for right in range(count))

    def threshold(self, before: Threshold | None) -> Threshold:
        """
        Return what stands in assignment.toml of this; what networks are trained with stays as it was *before*.

        Raises:
            AssignmentError: If no network could be held to it.
        """
        if self.accuracy <= 0:
            raise AssignmentError(
                f"the gradings differ too much for a threshold: from {self.worst:.4f} to {max(self.accuracies):.4f}, by "
                f"{self.deviation:.4f} in the mean; train the reference longer, or on more images"
            )
        return Threshold(
            accuracy=self.accuracy,
            seeds=len(self.accuracies),
            worst=self.worst,
            deviation=self.deviation,
            false_fail=self.false_fail,
            train=None if before is None else before.train,
            epochs=None if before is None else before.epochs,
        )


def seed_of(number: int) -> str:
    """Return the seed of a grading, counted from 0: the same each time, and no secret."""
    return f"calibration {number}"


def task_without_threshold(assignment: Assignment, name: str | None = None, root: Path | None = None) -> Task:
    """
    Return what the networks of *assignment* are trained on, and require nothing of them.

    Args:
        name: Another data set than that of the assignment; it need not have a threshold.
        root: Where real data lie; None for the default folder.

    Raises:
        UsageError: If the assignment trains no network.
    """
    training = assignment.training
    if training is None:
        raise UsageError(
            f"`{assignment.slug}` trains no network: there is no [training] in {assignment.folder / 'assignment.toml'}"
        )
    source = DataSource(name=name or training.data, root=root)
    known = training.thresholds.get(source.name, Threshold(accuracy=0, seeds=0, worst=0, deviation=0, false_fail=1))
    thresholds = {source.name: replace(known, accuracy=0.0)}
    return Task(training=replace(training, thresholds=thresholds), source=source)


def check_that_calibrates(assignment: Assignment, data: str) -> Check:
    """
    Return the check whose measured accuracy counts on these data.

    Raises:
        AssignmentError: If there is none for them, or more than one, or no solution to train.
    """
    if assignment.solution is None:
        raise AssignmentError(
            f"{assignment.slug}: a calibration trains the reference, and there is no solution in {assignment.course}"
        )
    marked = [check for check in list_checks(assignment, Suite.ALL) if check.calibrates_on(data)]
    if len(marked) != 1:
        found = ", ".join(check.name for check in marked) or "none"
        raise AssignmentError(
            f"{assignment.slug}: one check must be marked with `calibrates=True`, or with `calibrates=({data!r},)` where other "
            f"data are for other checks: the one that measures the accuracy on unseen images; marked: {found}"
        )
    return marked[0]


def accuracies(
    assignment: Assignment,
    task: Task,
    seeds: Iterable[str],
    *,
    device: str = "cpu",
    cores: int = 1,
    on_training: OnTraining | None = None,
) -> Iterator[float]:
    """
    Grade the reference under one seed after another, and yield the share of held-out images that it reads right each time.

    Args:
        cores: Processors that a training may use.

    Raises:
        AssignmentError: As `check_that_calibrates` does, or if the reference did not come as far as to be measured.
    """
    check = check_that_calibrates(assignment, task.source.name)
    assert assignment.solution is not None
    patient = replace(assignment, limits=_patient(assignment.limits))
    reference = submissions.read(assignment.solution / assignment.file, patient)
    listener = Listener() if on_training is None else Listener(on_training=on_training)
    with Local(patient.packages, cores) as sandbox, Local(patient.packages) as ours:
        sandbox.open(device)
        for seed in seeds:
            request = GradingRequest(assignment=patient, seed=seed, checks=(check.name,), device=device, task=task)
            graded = grade_submission(request, reference, Sides(submission=sandbox, reference=ours), listener)
            yield _measured(graded.checks, check, seed)


def _patient(usual: Limits) -> Limits:
    """Return limits of time within which a busy machine trains as well as an idle one."""
    return replace(
        usual,
        request_seconds=usual.request_seconds * _TIMES_LONGER,
        check_seconds=usual.check_seconds * _TIMES_LONGER,
        seconds_factor=usual.seconds_factor * _TIMES_LONGER,
        longest_seconds=usual.longest_seconds * _TIMES_LONGER,
        submission_seconds=usual.submission_seconds * _TIMES_LONGER,
    )


def _measured(results: Iterable[CheckResult], check: Check, seed: str) -> float:
    """Return the accuracy that a check has measured; raises AssignmentError if it has not."""
    for result in results:
        for found in result.measured:
            if result.name == check.name and found.name == UNSEEN:
                return found.value
    said = "; ".join(
        f"{result.outcome.value}: {result.feedback.message}" for result in results if result.feedback is not None
    )
    raise AssignmentError(
        f"{check.file}: `{check.name}` has measured no accuracy of the reference under --seed '{seed}': "
        f"{said or 'it never calls `expect.measured(expect.learning.UNSEEN, share)`'}"
    )


def _chance_of(right: int, images: int, p: float) -> float:
    """Return the probability that exactly *right* of *images* are read right, each with probability *p*."""
    if p in (0.0, 1.0):
        return float(right == images * p)
    ways = math.lgamma(images + 1) - math.lgamma(right + 1) - math.lgamma(images - right + 1)
    return math.exp(ways + right * math.log(p) + (images - right) * math.log1p(-p))
