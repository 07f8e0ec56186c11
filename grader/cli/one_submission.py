"""Grade one submission while a bar shows how far it is, and what is known already can be printed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence

from rich.progress import Progress

from grader.cli.console import progress_of_one
from grader.cli.loudness import Loudness
from grader.grading import Check, GradingRequest, Listener, Sides
from grader.model import Assignment, CheckResult, GradedSubmission, Submission, TrainingProgress
from grader.proxy import MODULE_PACKAGES, preload_of
from grader.sandbox import Sandbox

OnKnown = Callable[[Sequence[CheckResult]], None]
"""Told of all results so far, as soon as there is another one; may print."""


def ignore_known(results: Sequence[CheckResult]) -> None:
    """Do nothing."""


def start(sandbox: Sandbox, assignment: Assignment, device: str = "cpu") -> None:
    """Let a sandbox start, and import what its workers will need, while this process imports what grading needs."""
    sandbox.open(device)
    if assignment.modules:
        sandbox.warm(MODULE_PACKAGES)
    from grader.grading import grade_submission as _  # noqa: F401 - pytest and Hypothesis take most of a second


def grade_one(
    request: GradingRequest,
    submission: Submission,
    sandbox: Sandbox,
    reference: Sandbox,
    on_known: OnKnown = ignore_known,
    loudness: Loudness = Loudness.USUAL,
) -> GradedSubmission:
    """Grade with a progress bar, in a sandbox that `start` has started."""
    from grader.grading import grade_submission

    packages = preload_of(request.assignment, submission)
    if packages:
        sandbox.warm(packages)
    gc.freeze()  # what is imported stays; looking through it again and again takes longer than a small grading
    with progress_of_one(loudness) as progress:
        sides = Sides(submission=sandbox, reference=reference)
        return grade_submission(request, submission, sides, _listener(progress, on_known))


def _listener(progress: Progress, on_known: OnKnown) -> Listener:
    bar = progress.add_task("starting", total=None)
    results: list[CheckResult] = []

    def on_result(result: CheckResult) -> None:
        results.append(result)
        progress.stop()  # nothing is printed through the bar
        on_known(results)
        progress.start()

    def on_check(check: Check, number: int, total: int) -> None:
        progress.update(bar, description=check.title, completed=number, total=total)

    def on_training(training: TrainingProgress) -> None:
        progress.update(bar, description=f"training: {training}")

    return Listener(on_check=on_check, on_result=on_result, on_training=on_training)
