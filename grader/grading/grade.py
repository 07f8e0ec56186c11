"""
One submission to one GradedSubmission, top to bottom.  Start reading here.

    assignment, submission      loaded and staged by the caller
    grading                     opens the two sides: student code in a sandbox, the reference in a process of ours
    pytest + plugin             asks the questions, compares the evidence, judges
    scoring                     adds up the points
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import os
import platform
import sys
from collections.abc import Iterator

import pytest

import grader
from grader.datasets.training_task import Task
from grader.errors import AssignmentError
from grader.grading import scoring
from grader.grading.plugin import Check, CollectingPlugin, GradingPlugin, OnCheck, ignore_check, ungraded
from grader.grading.sides import open_grading
from grader.keys import GradingKeys
from grader.model import Assignment, CheckResult, Environment, Fault, GradedSubmission, Score, Submission, Suite
from grader.proxy.student import OnTraining, ignore_training
from grader.sandbox import WorkerHost as Workplace
from grader.sandbox import Workers


def grade(
    assignment: Assignment,
    submission: Submission,
    *,
    seed: str,
    suite: Suite,
    sandbox: Workplace,
    ours: Workers,
    device: str = "cpu",
    task: Task | None = None,
    on_check: OnCheck = ignore_check,
    on_training: OnTraining = ignore_training,
) -> GradedSubmission:
    """
    Grade one submission.

    Args:
        seed: The secret that every question follows from; the same one asks the same.
        sandbox: Where student code runs.
        ours: Where the reference solution runs; never the same sandbox.
        device: "cpu" or "cuda", for modules.
        task: What networks are trained on; None for what the assignment says.
        on_check: Called before each check, with its number from 0 and how many there are.
        on_training: Told how far a training by the submission has come.

    Raises:
        AssignmentError: If the checks cannot be collected or are marked wrongly.
    """
    grading = open_grading(assignment, submission, seed=seed, device=device, sandbox=sandbox, ours=ours, task=task)
    grading.student._on_training = on_training
    plugin = GradingPlugin(grading, on_check)
    _run_pytest(assignment, suite, plugin)
    return _graded(assignment, submission, tuple(plugin.results), seed, _environment(sandbox, device, grading.task))


def list_checks(assignment: Assignment, suite: Suite) -> tuple[Check, ...]:
    """
    Return the checks of an assignment without running them, and generate no cases.

    Raises:
        AssignmentError: As `grade` does.
    """
    plugin = CollectingPlugin(assignment)
    _run_pytest(assignment, suite, plugin, "--collect-only")
    return tuple(plugin.checks.values())


def rehearse(assignment: Assignment, suite: Suite, seed: str) -> tuple[Check, ...]:
    """
    Generate the cases of every property ahead of the submissions of a class; returns the checks.

    Raises:
        AssignmentError: As `grade` does.
    """
    plugin = CollectingPlugin(assignment, GradingKeys.of(seed))
    _run_pytest(assignment, suite, plugin, "--collect-only")
    return tuple(plugin.checks.values())


def without_verdict(
    assignment: Assignment,
    submission: Submission,
    checks: tuple[Check, ...],
    seed: str,
    sandbox: Workplace,
    device: str,
    task: Task | None,
    fault: Fault,
) -> GradedSubmission:
    """Return what is known of a submission on which the harness failed: every check is ungraded, for *fault*."""
    results = tuple(ungraded(check, fault) for check in checks)
    return _graded(assignment, submission, results, seed, _environment(sandbox, device, task))


def _run_pytest(assignment: Assignment, suite: Suite, plugin: CollectingPlugin, *options: str) -> None:
    folders = [assignment.folder / "checks"]
    if suite is Suite.ALL and assignment.solution is not None:
        folders.append(assignment.solution / "checks")
    folders = [folder for folder in folders if folder.is_dir()]
    if not folders:
        raise AssignmentError(f"{assignment.folder}: there are no checks here")
    arguments = [
        *("-c", os.devnull, "--rootdir", str(assignment.folder.parents[1]), "--import-mode=importlib"),
        *(
            "--disable-plugin-autoload",
            "-p",
            "grader.grading.plugin",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:terminal",
            "-p",
            "no:doctest",
        ),
        *(
            "-p",
            "no:unittest",
            "-p",
            "no:logging",
            "-p",
            "no:unraisableexception",
            "--capture=no",
            "--assert=plain",
            *options,
        ),
        *(str(folder) for folder in folders),
    ]
    written = sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # a course folder may be read-only, and is not ours to write into
    set_for_tests = {name: os.environ.pop(name) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS") if name in os.environ}
    try:
        with contextlib.redirect_stderr(io.StringIO()):  # what pytest complains of is in the plugin as well
            status = pytest.main(arguments, plugins=[plugin])
    finally:
        sys.dont_write_bytecode = written
        os.environ.update(set_for_tests)
    if plugin.broken:
        raise AssignmentError(f"the checks cannot be used: {plugin.broken[0]}")
    if status is pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if status in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise AssignmentError(
            f"{folders[-1]}: pytest could not run the checks ({pytest.ExitCode(status).name.lower()})"
        )


def _graded(
    assignment: Assignment,
    submission: Submission,
    results: tuple[CheckResult, ...],
    seed: str,
    environment: Environment,
) -> GradedSubmission:
    total = scoring.score(results, assignment.exercises)
    return GradedSubmission(
        assignment=assignment.slug,
        submission=submission.name,
        sha256=submission.sha256,
        seed=seed,
        environment=environment,
        checks=results,
        score=total,
        notes=(*submission.left_out, *_praise(assignment, total)),
    )


def _praise(assignment: Assignment, total: Score) -> Iterator[str]:
    """Say a kind word to who did more than one exercise of a choose-one group, and did them well."""
    points = {entry.exercise: entry for entry in total.exercises}
    for group in dict.fromkeys(exercise.choose_one for exercise in assignment.exercises if exercise.choose_one):
        members = [exercise for exercise in assignment.exercises if exercise.choose_one == group]
        full = [
            exercise.title
            for exercise in members
            if exercise.name in points and points[exercise.name].earned == points[exercise.name].possible
        ]
        if len(full) > 1:
            yield f"{' and '.join(full)} are complete, where one was asked for: well done!"


def _environment(sandbox: Workplace, device: str, task: Task | None) -> Environment:
    try:
        torch = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        torch = "not installed"
    return Environment(
        grader=grader.__version__,
        python=platform.python_version(),
        torch=torch,
        platform=platform.platform(),
        sandbox=sandbox.name,
        memory=sandbox.memory_held_by,
        device=device,
        threads=sandbox.threads,
        data=None if task is None else task.source.name,
    )
