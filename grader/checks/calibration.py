"""
What accuracy right networks may be held to: the reference is trained in several made-up gradings, and a rule gives the threshold.

Every grading has its own images, classes, initial weights and order of batches, so the spread between them holds all of these.
The rule: p_low is the worst grading less three standard deviations between gradings; the threshold lies 3.72 standard deviations
of a binomial with n held-out images below it, rounded down to a whole percent, and is at most 0.9.  The chance that a network of
accuracy p_low misses it, by the draw of the held-out images alone, is then computed exactly.
"""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader import submission as submissions
from grader.atomic_write import write_atomically
from grader.checks.expect.learning import accuracy, train_for
from grader.course import assignment as assignments
from grader.datasets import Task
from grader.errors import AssignmentError
from grader.keys import GradingKeys, Keys
from grader.model import Assignment
from grader.proxy import RemoteName, Session, code_of
from grader.sandbox import Local

_HIGHEST = 0.9
_DEVIATIONS = 3.72
"""Of a normal distribution: 1e-4 of it lies below."""
_SECONDS = 3600.0
"""Longest that one training may take."""


def keys_of(grading: str, check: str) -> Keys:
    """Return the keys of a check in a grading that is made up by its name: the same each time, and no secret."""
    return GradingKeys.of(grading).of_check(check)


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
    def threshold(self) -> float:
        """Return the accuracy that networks are held to."""
        p = self.p_low
        highest = p - _DEVIATIONS * math.sqrt(p * (1 - p) / self.held_out)
        return min(math.floor(100 * highest) / 100, _HIGHEST)

    @property
    def false_fail(self) -> float:
        """Return the exact probability that a network of accuracy p_low misses the threshold."""
        return self.chance_of_fewer(math.ceil(self.threshold * self.held_out))

    def chance_of_fewer(self, count: int) -> float:
        """Return the exact probability that a network of accuracy p_low reads fewer than *count* held-out images right."""
        return math.fsum(_chance_of(right, self.held_out, self.p_low) for right in range(count))


def assignment_of(solution: Path) -> Assignment:
    """Return the assignment of a folder `solutions/<slug>`; raises AssignmentError as `course.assignment.load` does."""
    return assignments.load(solution.parents[1], solution.name)


def train_reference(
    assignment: Assignment, task: Task, keys: Iterable[Keys], *, network: str, fit: str, cores: int = 1
) -> Iterator[float]:
    """
    Train the reference under one set of keys after another, as `expect.reads_unseen_images` does, and yield what it reaches.

    Args:
        network: Name of what builds the network.
        fit: Name of what trains it.
        cores: Processors that a training may use.

    Raises:
        AssignmentError: If the course has no solution.
    """
    if assignment.solution is None:
        raise AssignmentError(f"{assignment.slug}: a calibration trains the reference, and there is no solution here")
    reference = submissions.read(assignment.solution / assignment.file, assignment)
    with Local(assignment.packages, cores) as sandbox:
        session = Session(sandbox, code_of(assignment, reference), assignment.limits)
        for own in keys:
            session.begin(seconds=_SECONDS)
            data = task.data(own.data)
            trained = train_for(task, RemoteName(session, network), RemoteName(session, fit), data, own.torch)
            yield accuracy(trained.model, data)
            session.end()


def write_threshold(assignment: Assignment, task: Task, found: Calibration) -> None:
    """
    Put the threshold of a task into assignment.toml, in place of the one that was there; what it is trained with stays.

    Raises:
        AssignmentError: If the file has no table for it that stands by itself.
    """
    name = task.source.name
    own = {key: getattr(task.threshold, key) for key in ("train", "epochs")}
    table = (
        f"[training.thresholds.{name}]\n"
        f"accuracy = {found.threshold}\n"
        f"seeds = {len(found.accuracies)}\n"
        f"worst = {found.worst:.4f}\n"
        f"deviation = {found.deviation:.4f}\n"
        f"false_fail = {found.false_fail:.1e}\n"
        + "".join(f"{key} = {value}\n" for key, value in own.items() if value is not None)
    )
    path = assignment.folder / "assignment.toml"
    old = rf"\[training\.thresholds\.{re.escape(name)}\]\n(?:\w+ = .*\n)*"
    text, replaced = re.subn(old, lambda _: table, path.read_text(encoding="utf-8"))
    if not replaced:
        raise AssignmentError(
            f"{path}: no line [training.thresholds.{name}], below which the threshold is to be written"
        )
    write_atomically(path, text.encode())


def _chance_of(right: int, images: int, p: float) -> float:
    """Return the probability that exactly *right* of *images* are read right, each with probability *p*."""
    if p in (0.0, 1.0):
        return float(right == images * p)
    ways = math.lgamma(images + 1) - math.lgamma(right + 1) - math.lgamma(images - right + 1)
    return math.exp(ways + right * math.log(p) + (images - right) * math.log1p(-p))
