"""
How an audit grades: as a class, side by side, with one seed, so that the same submission is always asked the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.datasets import Task, task_of
from grader.grading import ClassRequest, GradingRequest, grade_all, list_checks
from grader.model import Assignment, CheckResult, GradedSubmission, Outcome, Submission, Suite
from grader.sandbox import Sandbox

SEED = "1"
"""Of all gradings of an audit but those that try others."""
_NOT_LOST = (Outcome.PASSED, Outcome.SKIPPED, Outcome.PENDING)
"""Outcomes of what gave its points, of an exercise that need not be there, and of what people grade."""
OnGraded = Callable[[str, int, int], None]
"""Told of each submission that has been graded: what is being done, how many are, how many there are."""


def ignore_graded(what: str, done: int, total: int) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where an audit grades, and who is told how far it is."""

    submission_sandbox: Callable[[], Sandbox]
    """Makes a sandbox for submissions; called once per slot."""
    reference_sandbox: Callable[[], Sandbox]
    """Makes one for the reference solution; likewise."""
    jobs: int | None = None
    """How many are graded at a time; as many as there are processors if None."""
    on_graded: OnGraded = ignore_graded


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What submissions are asked, beside the assignment's usual."""

    seed: str = SEED
    seeds: Mapping[str, str] = field(default_factory=dict)
    """By submission, where some are asked with others."""
    exercises: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of the exercises that a submission is asked about; all where there are none."""
    task: Task | None = None
    """What networks are trained on; None for what the assignment says."""
    until_lost: bool = False
    """Whether a grading ends with the first check that is lost."""


EVERYTHING = Asked()


def grade(
    assignment: Assignment, every: Sequence[Submission], where: Where, what: str, asked: Asked = EVERYTHING
) -> Iterator[GradedSubmission]:
    """
    Grade submissions as one class, in no fixed order.

    Args:
        what: What this is, for people who look at a bar.
    """
    if not every:
        return
    checks = list_checks(assignment, Suite.ALL) if any(asked.exercises.values()) else ()
    request = ClassRequest(
        grading=GradingRequest(assignment=assignment, seed=asked.seed, task=asked.task, until_lost=asked.until_lost),
        seeds=asked.seeds,
        checks={
            name: tuple(check.name for check in checks if check.exercise in exercises)
            for name, exercises in asked.exercises.items()
        },
        submission_sandbox=where.submission_sandbox,
        reference_sandbox=where.reference_sandbox,
        slots=where.jobs,
    )
    where.on_graded(what, 0, len(every))
    for done, graded in enumerate(grade_all(request, every), 1):
        where.on_graded(what, done, len(every))
        yield graded


_SHORT_AS_THEY_ARE = ("new_digits",)
"""Data whose images are small, and of which few are asked for."""


def short_task(assignment: Assignment) -> Task | None:
    """Return a task with few images and a threshold that little training reaches: the same is asked, with the same keys."""
    task = task_of(assignment) if assignment.training is not None else None
    return None if task is None else shortened(task)


def shortened(task: Task) -> Task:
    """Return a task of few images, few epochs and a threshold that is reached by chance."""
    if task.source.name in _SHORT_AS_THEY_ARE:
        return task
    threshold = replace(task.threshold, accuracy=0.05)
    thresholds = {task.source.name: threshold}
    training = replace(task.training, train=300, validation=60, held_out=200, epochs=2, thresholds=thresholds)
    return replace(task, training=training)


def lost(graded: GradedSubmission) -> tuple[CheckResult, ...]:
    """Return the checks that did not give all of their points."""
    return tuple(check for check in graded.checks if check.outcome not in _NOT_LOST)
