"""Results of gradings, as tests of reports make them up."""

from __future__ import annotations

from pathlib import Path

from grader.grading import scoring
from grader.model import (
    Assignment,
    Blame,
    CheckResult,
    Disclosure,
    Environment,
    Exercise,
    GradedSubmission,
    Outcome,
    Policy,
    Visibility,
)
from grader.protocol import Limits


def addition(*exercises: Exercise) -> Assignment:
    """The assignment that they belong to."""
    return Assignment(
        slug="addition",
        title="Addition",
        summary="Add.",
        file="addition.py",
        modules=(),
        networks=(),
        packages=(),
        exercises=exercises,
        limits=Limits(),
        policy=Policy(),
        course=Path(),
        folder=Path("assignments/addition"),
        solution=None,
    )


TWO_EXERCISES = tuple(Exercise(name=name, title=name.capitalize(), provides=()) for name in ("sums", "doubles"))


BLAME = {
    Outcome.FAILED: Blame.STUDENT,
    Outcome.RAISED: Blame.STUDENT,
    Outcome.MISSING: Blame.STUDENT,
    Outcome.CRASHED: Blame.STUDENT,
    Outcome.TIMED_OUT: Blame.LIMIT,
    Outcome.OUT_OF_MEMORY: Blame.LIMIT,
    Outcome.UNGRADED: Blame.HARNESS,
}
"""Who is to blame where nothing else is said; nobody for what is not here."""


def result(name: str, outcome: Outcome, **more: object) -> CheckResult:
    """One check of two points."""
    usual = {
        "title": "Any two numbers are added.",
        "exercise": "sums",
        "points": 2,
        "visibility": Visibility.PUBLIC,
        "disclosure": Disclosure.FULL,
        "blame": BLAME.get(outcome),
    }
    return CheckResult(name=name, outcome=outcome, **{**usual, **more})  # type: ignore[arg-type]


def graded(
    *checks: CheckResult,
    name: str = "ada",
    seed: str = "1",
    graded_file: str = "",
    notes: tuple[str, ...] = (),
    exercises: tuple[Exercise, ...] = TWO_EXERCISES,
) -> GradedSubmission:
    """A submission with these results."""
    return GradedSubmission(
        assignment="addition",
        title="Addition",
        submission=name,
        sha256="0" * 64,
        seed=seed,
        environment=Environment(grader="", python="", torch="", platform="", sandbox="", device=""),
        checks=checks,
        score=scoring.score(checks, exercises),
        graded_file=graded_file,
        notes=notes,
    )
