"""
One submission to one GradedSubmission, top to bottom.  Start reading here.

    GradingRequest, Submission      made by the caller
    sides.py                        opens the two sides: student code in a sandbox, the reference in another one
    pytest, running.py              asks the questions of every check
    verdict.py                      decides what happened: outcome, blame, feedback
    scoring.py, choice.py           add up the points
"""

from __future__ import annotations

import contextlib
import datetime
import importlib.metadata
import io
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

import grader
from grader.course import python_file
from grader.datasets import Task
from grader.errors import AssignmentError
from grader.grading import causes, choice, scoring, verdict
from grader.grading.check import Check
from grader.grading.collecting import CollectingPlugin, RehearsingPlugin
from grader.grading.request import SILENT, GradingRequest, Listener, Sides
from grader.grading.running import GradingPlugin
from grader.grading.sides import open_grading, require_loadable
from grader.keys import GradingKeys
from grader.model import Assignment, CheckResult, Environment, Exercise, Fault, GradedSubmission, Submission, Suite
from grader.sandbox import WorkerHost

_PLUGINS_OFF = ("cacheprovider", "terminal", "doctest", "unittest", "logging", "unraisableexception")


def grade_submission(
    request: GradingRequest, submission: Submission, sides: Sides, listener: Listener = SILENT
) -> GradedSubmission:
    """
    Grade one submission.

    Args:
        listener: Told how far the grading is.

    Raises:
        AssignmentError: If the checks cannot be collected or are marked wrongly.
    """
    grading = open_grading(request, submission, sides, listener)
    plugin = GradingPlugin(grading, listener)
    _run_pytest(request.assignment, request.suite, plugin)
    return _graded(request, submission, tuple(plugin.results), _environment(sides.submission, request, grading.task))


def list_checks(assignment: Assignment, suite: Suite) -> tuple[Check, ...]:
    """
    Return the checks of an assignment without running them, and generate no cases.

    Raises:
        AssignmentError: As `grade_submission` does.
    """
    return _collect(CollectingPlugin(assignment), assignment, suite)


def rehearse(request: GradingRequest) -> tuple[Check, ...]:
    """
    Generate the cases of every property ahead of the submissions of a class; returns the checks.

    What is ours is loaded as well: a file that cannot be is told once, and not as a fault in each grading.

    Raises:
        AssignmentError: As `grade_submission` does.
    """
    plugin = RehearsingPlugin(request.assignment, GradingKeys.of(request.seed))
    checks = _collect(plugin, request.assignment, request.suite)
    require_loadable(request.assignment)
    return checks


def completed(
    request: GradingRequest,
    submission: Submission,
    before: GradedSubmission,
    anew: GradedSubmission,
    checks: Sequence[Check],
) -> GradedSubmission:
    """
    Return a grading of which some checks were run anew: what *anew* has counts, and of the other *checks* what *before* has.

    Args:
        checks: All of the assignment, in its order.
    """
    known = {one.name: one for one in (*before.checks, *anew.checks)}
    results = tuple(known[check.name] for check in checks if check.name in known)
    return _graded(request, submission, results, anew.environment)


def without_verdict(
    request: GradingRequest, submission: Submission, sandbox: WorkerHost, checks: tuple[Check, ...], fault: Fault
) -> GradedSubmission:
    """Return what is known of a submission on which the harness failed: every check is ungraded, for *fault*."""
    asked = [check for check in checks if not request.checks or check.name in request.checks]
    results = tuple(verdict.ungraded(check, fault) for check in asked)
    return _graded(request, submission, results, _environment(sandbox, request, request.task))


def _collect(plugin: CollectingPlugin, assignment: Assignment, suite: Suite) -> tuple[Check, ...]:
    _run_pytest(assignment, suite, plugin, "--collect-only")
    return tuple(plugin.checks.values())


def _run_pytest(assignment: Assignment, suite: Suite, plugin: CollectingPlugin, *options: str) -> None:
    folders = [assignment.folder / "checks"]
    if suite is Suite.ALL and assignment.solution is not None:
        folders.append(assignment.solution / "checks")
    folders = [folder for folder in folders if folder.is_dir()]
    if not folders:
        raise AssignmentError(f"{assignment.folder}: there are no checks here")
    course = str(assignment.course)
    arguments = [
        # above the course is nothing of it: no conftest.py there is loaded, and no folder listed
        *("-c", os.devnull, "--rootdir", course, "--confcutdir", course, "--import-mode=importlib"),
        *("--disable-plugin-autoload", "-p", "grader.grading.plugin"),
        *(word for name in _PLUGINS_OFF for word in ("-p", f"no:{name}")),
        *("--capture=no", "--assert=plain", *options),
        *map(str, folders),
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
    if status is pytest.ExitCode.USAGE_ERROR:
        _require_conftests(folders, assignment.course)
    if status in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise AssignmentError(
            f"{folders[-1]}: pytest could not run the checks ({pytest.ExitCode(status).name.lower()})"
        )


def _require_conftests(folders: Sequence[Path], course: Path) -> None:
    """Require that each conftest.py around the checks can be imported: of one that cannot, pytest tells no plugin."""
    around = dict.fromkeys(one for folder in folders for one in (folder, *folder.parents))
    for path in (one / "conftest.py" for one in around if one.is_relative_to(course)):
        if path.is_file():
            python_file.load(path)


def _graded(
    request: GradingRequest, submission: Submission, results: tuple[CheckResult, ...], environment: Environment
) -> GradedSubmission:
    exercises = request.assignment.exercises
    by_hand = tuple(one for one in request.asked.exercises if one.is_graded_by_hand)
    # last, whatever their exercises' place: what is shown of checks while they run is the beginning of the whole
    pending = tuple(result for exercise in by_hand for result in verdict.pending(exercise))
    results = (*causes.linked(results, request.assignment, submission), *pending)
    total = scoring.score(results, exercises)
    return GradedSubmission(
        assignment=request.assignment.slug,
        title=request.assignment.title,
        submission=submission.name,
        sha256=submission.sha256,
        seed=request.seed,
        environment=environment,
        checks=results,
        score=total,
        graded_file=submission.given_as,
        notes=(*submission.omitted, *choice.praise(exercises, total), *_without_answer(by_hand, submission)),
        graded_at=datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        answers=tuple(one for one in submission.answers if one.exercise in {exercise.name for exercise in by_hand}),
    )


def _without_answer(by_hand: Iterable[Exercise], submission: Submission) -> Iterator[str]:
    """Say of which exercise no answer was handed in that should stand in a file."""
    for exercise in by_hand:
        if exercise.name in submission.unanswered:
            files = " or ".join(exercise.answer)
            yield f"{exercise.title}: no answer was found; it is graded by hand, and expected in {files}, handed in with the code"


def _environment(sandbox: WorkerHost, request: GradingRequest, task: Task | None) -> Environment:
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
        device=request.device,
        threads=sandbox.threads,
        data=None if task is None else task.source.name,
    )
