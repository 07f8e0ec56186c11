"""
What is asked of a grading: the values that go in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from grader.datasets import Task
from grader.grading.check import Check
from grader.model import Assignment, CheckResult, Suite
from grader.proxy import Asked, OnTraining, ignore_training
from grader.sandbox import WorkerHost, Workers

OnCheck = Callable[[Check, int, int], None]
"""Told of a check before it runs: the check, its number from 0, how many there are."""


OnResult = Callable[[CheckResult], None]
"""Told of the result of a check, in the order of the assignment."""


OnAsked = Callable[[Check, Asked], None]
"""Told what a check has asked of the submission, once it has ended."""


def ignore_asked(check: Check, asked: Asked) -> None:
    """Do nothing."""


def ignore_result(result: CheckResult) -> None:
    """Do nothing."""


def ignore_check(check: Check, number: int, total: int) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingRequest:
    """What to grade with; the same request asks every submission the same."""

    assignment: Assignment
    seed: str
    """The secret that every question follows from; the same one asks the same."""
    suite: Suite = Suite.ALL
    exercises: tuple[str, ...] = ()
    """Names of those that are asked about; all if there are none."""
    checks: tuple[str, ...] = ()
    """Names of those that are run; all of these exercises if there are none."""
    device: str = "cpu"
    """"cpu" or "cuda", for modules."""
    task: Task | None = None
    """What networks are trained on; None for what the assignment says."""
    until_lost: bool = False
    """Whether it ends with the first check that does not pass, and no mistake is looked for: all that is asked of a mutant."""

    @property
    def asked(self) -> Assignment:
        """Return the assignment with the exercises alone that are asked about, for a report."""
        exercises = self.assignment.exercises
        chosen = tuple(one for one in exercises if not self.exercises or one.name in self.exercises)
        return replace(self.assignment, exercises=chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Where code runs: that of the submission, and the reference solution, which must never see a submission."""

    submission: WorkerHost
    reference: Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Told how far a grading is, for people to see."""

    on_check: OnCheck = ignore_check
    on_result: OnResult = ignore_result
    on_training: OnTraining = ignore_training
    """Told how far a training by the submission has come."""
    on_asked: OnAsked = ignore_asked


SILENT = Listener()
"""Tells nobody."""
