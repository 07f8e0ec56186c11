"""Grade one submission while a bar shows how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.cli.console import progress_of_one
from grader.datasets.training_task import Task
from grader.model import Assignment, GradedSubmission, Submission, Suite, TrainingProgress
from grader.proxy.student_code import preload_of
from grader.sandbox import Sandbox

if TYPE_CHECKING:
    from grader.grading.plugin import Check


def grade_one(
    assignment: Assignment,
    submission: Submission,
    suite: Suite,
    sandbox: Sandbox,
    ours: Sandbox,
    seed: str,
    device: str,
    task: Task | None,
) -> GradedSubmission:
    """Grade with a progress bar; the worker imports torch while this process imports pytest."""
    sandbox.open(device)
    sandbox.warm(preload_of(assignment, submission))
    from grader.grading.grade import grade

    with progress_of_one() as progress:
        bar = progress.add_task("starting", total=None)

        def show(check: Check, number: int, total: int) -> None:
            progress.update(bar, description=check.title, completed=number, total=total)

        def show_training(training: TrainingProgress) -> None:
            progress.update(bar, description=f"training: {training}")

        return grade(
            assignment,
            submission,
            seed=seed,
            suite=suite,
            sandbox=sandbox,
            ours=ours,
            device=device,
            task=task,
            on_check=show,
            on_training=show_training,
        )


def exit_code(graded: GradedSubmission, *, low_score: int) -> int:
    """Return 3 if something is ungraded, *low_score* if something is to mend, 0 otherwise."""
    if graded.ungraded:
        return 3
    return low_score if graded.to_fix else 0
