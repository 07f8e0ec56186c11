"""Grade one submission while a bar shows how far it is."""

from __future__ import annotations

import gc

from grader.cli.console import progress_of_one
from grader.grading import Check, GradingRequest, Listener, Sides
from grader.model import GradedSubmission, Submission, TrainingProgress
from grader.proxy import preload_of
from grader.sandbox import Sandbox


def grade_one(
    request: GradingRequest, submission: Submission, sandbox: Sandbox, reference: Sandbox
) -> GradedSubmission:
    """Grade with a progress bar; the worker imports torch while this process imports pytest."""
    sandbox.open(request.device)
    sandbox.warm(preload_of(request.assignment, submission))
    from grader.grading import grade_submission

    gc.freeze()  # what is imported stays; looking through it again and again takes longer than a small grading

    with progress_of_one() as progress:
        bar = progress.add_task("starting", total=None)

        def show(check: Check, number: int, total: int) -> None:
            progress.update(bar, description=check.title, completed=number, total=total)

        def show_training(training: TrainingProgress) -> None:
            progress.update(bar, description=f"training: {training}")

        sides = Sides(submission=sandbox, reference=reference)
        return grade_submission(request, submission, sides, Listener(on_check=show, on_training=show_training))


def exit_code(graded: GradedSubmission, *, low_score: int) -> int:
    """Return 3 if something is ungraded, *low_score* if something is to fix, 0 otherwise."""
    if graded.ungraded:
        return 3
    return low_score if graded.to_fix else 0
