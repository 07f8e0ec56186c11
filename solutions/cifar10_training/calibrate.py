"""
Train the reference in several gradings, work out the accuracy that right networks may be held to, and write it down in
assignment.toml.

    python solutions/cifar10_training/calibrate.py [--seeds 8] [--data gratings] [--data-root DIR] [--cores 2]

Every grading has its own images, classes, initial weights and order of batches, so the spread between them holds all of
these.  The rule: p_low is the worst grading less three standard deviations between gradings; the threshold lies 3.72 standard
deviations of a binomial with n held-out images below it, rounded down to a whole percent, and is at most 0.9.  The chance that
a network of accuracy p_low misses it, by the draw of the held-out images alone, is then computed exactly.
"""

from __future__ import annotations

import argparse
import math
import re
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from grader import submission as submissions
from grader.checks.expect.learning import accuracy, train_for
from grader.course import assignment as assignments
from grader.datasets.splits import DataSource
from grader.datasets.training_task import Task
from grader.keys import GradingKeys
from grader.model import Assignment, Threshold, Training
from grader.proxy.code import code_of
from grader.proxy.session import Session
from grader.proxy.student import Student
from grader.sandbox import Local

COURSE = Path(__file__).parents[2]
MOST = 0.9
DEVIATIONS = 3.72  # of a normal distribution: 1e-4 of it lies below


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What the gradings gave, and the threshold that follows."""

    accuracies: tuple[float, ...]
    held_out: int

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
        highest = p - DEVIATIONS * math.sqrt(p * (1 - p) / self.held_out)
        return min(math.floor(100 * highest) / 100, MOST)

    @property
    def false_fail(self) -> float:
        """Return the exact probability that a network of accuracy p_low misses the threshold."""
        fewest = math.ceil(self.threshold * self.held_out)
        return math.fsum(chance_of(k, self.held_out, self.p_low) for k in range(fewest))


def chance_of(k: int, n: int, p: float) -> float:
    """Return the probability that exactly *k* of *n* images are read right, each with probability *p*."""
    if p in (0.0, 1.0):
        return float(k == n * p)
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(ways + k * math.log(p) + (n - k) * math.log1p(-p))


def measure(assignment: Assignment, task: Task, gradings: int, cores: int) -> Calibration:
    """Train the reference in each, as a grading does, and print what each reaches."""
    assert assignment.solution is not None
    reference = submissions.read(assignment.solution / assignment.file, assignment)
    reached = []
    with Local(assignment.packages, cores) as sandbox:
        student = Student(Session(sandbox, code_of(assignment, reference), assignment.limits))
        for number in range(gradings):
            keys = GradingKeys.of(f"calibration {number}").of_check("reads_unseen_images")
            student._begin(seconds=3600)
            started = time.perf_counter()
            data = task.data(keys.data)
            trained = train_for(task, student.CifarNet, student.fit, data, keys.torch)
            reached.append(accuracy(trained.model, data))
            print(f"grading {number}: {reached[-1]:.4f} in {time.perf_counter() - started:.1f} s", flush=True)
            student._end()
    return Calibration(accuracies=tuple(reached), held_out=task.training.held_out)


def write(path: Path, name: str, found: Calibration, before: Threshold) -> None:
    """Put the threshold into assignment.toml, in place of the one that was there; what it is trained with stays."""
    kept = "".join(f"{key} = {value}\n" for key in ("train", "epochs") if (value := getattr(before, key)) is not None)
    table = (
        f"[training.thresholds.{name}]\n"
        f"accuracy = {found.threshold}\n"
        f"seeds = {len(found.accuracies)}\n"
        f"worst = {found.worst:.4f}\n"
        f"deviation = {found.deviation:.4f}\n"
        f"false_fail = {found.false_fail:.1e}\n{kept}"
    )
    text = path.read_text()
    old = re.compile(rf"\[training\.thresholds\.{name}\]\n(?:\w+ = .*\n)*")
    path.write_text(old.sub(table, text) if old.search(text) else f"{text.rstrip()}\n\n{table}")


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--data", default=None)
    parser.add_argument("--data-root", type=Path, default=None)
    parser.add_argument("--cores", type=int, default=1)
    arguments = parser.parse_args()
    assignment = assignments.load(COURSE, "cifar10_training")
    training = assignment.training
    assert isinstance(training, Training)
    name = arguments.data or training.data
    if name not in training.thresholds:
        parser.error(
            f"assignment.toml has no [training.thresholds.{name}]: add one, with `train` and `epochs` if need be"
        )
    task = Task(training=training, source=DataSource(name=name, root=arguments.data_root))
    found = measure(assignment, task, arguments.seeds, arguments.cores)
    print(
        f"{name}: mean {statistics.mean(found.accuracies):.4f} sd {found.deviation:.4f} worst {found.worst:.4f} "
        f"p_low {found.p_low:.4f} threshold {found.threshold} P(false fail) {found.false_fail:.1e}"
    )
    write(assignment.folder / "assignment.toml", name, found, task.threshold)


if __name__ == "__main__":
    main()
