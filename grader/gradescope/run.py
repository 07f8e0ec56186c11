"""
One submission as Gradescope lays it out to one results.json, whatever happens.

    /autograder/source/                     the zip; `gradescope.json` says which assignment
    /autograder/submission/                 what the student sent
    /autograder/submission_metadata.json    who, and for what
    /autograder/results/results.json        what is shown and counted

The harness runs as root and student code as nobody.  What it must not see is closed twice: by the sandbox, and by modes that let
only root in.

The seed follows from what was handed in, from Gradescope's number of the assignment and from a secret of the zip.  So the same
files are asked the same questions whenever they are graded, and handing them in again is no second draw; as nobody outside knows
the secret, nobody can work the seed out.
"""

from __future__ import annotations

import contextlib
import hmac
import time
import traceback
from dataclasses import dataclass, replace
from pathlib import Path

import grader
from grader import submission as submissions
from grader.atomic_write import write_atomically
from grader.course import assignment as assignments
from grader.errors import SubmissionError, WorkerLost
from grader.gradescope import metadata, results, settings
from grader.gradescope.container import limits_in, without_doubt
from grader.gradescope.metadata import Metadata
from grader.gradescope.results import Telling
from grader.gradescope.settings import Settings
from grader.grading import GradingRequest, Sides
from grader.model import Assignment, GradedSubmission, Submission
from grader.proxy import preload_of
from grader.sandbox import Local, choose, current_quota, killed_for_memory, visible_files

RESULTS = Path("results", "results.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How it ended."""

    exit_code: int
    """0 for a result, 3 for one without a score."""
    log: str
    """For the log that only staff can read; nothing in it is a student's, but names and paths."""


def run(root: Path) -> Ran:
    """
    Grade the submission below *root* and write its results.json; raises nothing that is an Exception.

    Args:
        root: /autograder, or a folder that is laid out like it.

    Raises:
        OSError: If not even results.json can be written.
    """
    started = time.monotonic()
    (root / RESULTS).parent.mkdir(mode=0o700, exist_ok=True)
    write_atomically(root / RESULTS, results.failed(results.STOPPED, 0.0))  # what stays if this process is killed
    try:
        content, ran = _grade(root, started)
    except (Exception, WorkerLost) as error:
        log = "".join(traceback.format_exception(error))
        content, ran = results.failed(results.FAILED, time.monotonic() - started), Ran(exit_code=3, log=log)
    write_atomically(root / RESULTS, content)
    return ran


def _grade(root: Path, started: float) -> tuple[bytes, Ran]:
    _close_to_others(root)
    source = root / "source"
    chosen = settings.read(source)
    assignment = assignments.load(source, chosen.assignment)
    known = metadata.read(root / metadata.NAME)

    def telling(*notices: str) -> Telling:
        said = tuple(filter(None, (known.complaint, *notices)))
        return Telling(hidden=chosen.hidden, seconds=time.monotonic() - started, notices=said)

    try:
        submission = submissions.read(root / "submission", assignment)
    except SubmissionError as error:
        return results.refused(str(error), telling()), Ran(exit_code=0, log="nothing there that could be graded")
    graded = _graded(assignment, replace(submission, name=known.name), chosen, seed_of(chosen, known, submission))
    content = results.graded(graded, assignment, telling(*about_points(graded, known)))
    return content, Ran(exit_code=3 if graded.ungraded else 0, log=_log(graded, time.monotonic() - started))


def _graded(assignment: Assignment, submission: Submission, chosen: Settings, seed: str) -> GradedSubmission:
    """Grade with the limits of this container, on as many whole processors as it has."""
    here = current_quota()
    within = replace(assignment, limits=limits_in(assignment.limits, here, chosen.minutes))
    packages = assignment.packages
    with (
        choose("local", packages, threads=here.threads, allow_unsafe=chosen.allow_unsafe_sandbox) as sandbox,
        Local(packages) as reference,
    ):
        killed_before = killed_for_memory()  # and not earlier: what tries the sandbox may be killed as well
        sandbox.open()
        sandbox.warm(preload_of(assignment, submission))
        from grader.grading import grade_submission  # takes a second, in which the worker imports torch

        request = GradingRequest(assignment=within, seed=seed)
        graded = grade_submission(request, submission, Sides(submission=sandbox, reference=reference))
    killed = killed_for_memory() > killed_before
    return without_doubt(graded, assignment, here, killed=killed)


def seed_of(chosen: Settings, known: Metadata, submission: Submission) -> str:
    """Return the seed of a grading, 64 hexadecimal digits: the same for the same files, and known to nobody outside."""
    files = f"{known.assignment_id}\0{submission.sha256}".encode()
    return hmac.digest(chosen.secret.encode(), files, "sha256").hex()


def about_points(graded: GradedSubmission, known: Metadata) -> tuple[str, ...]:
    """Say to staff what the assignment should be worth on Gradescope, with or without points that they give there."""
    score, total = graded.score, known.total_points
    if total is None or total in (score.possible, score.settled):
        return ()
    checks = f"the assignment is worth {total:g} points on Gradescope, and its checks are worth {score.settled}"
    if not score.pending:
        return (f"For the course staff: {checks}: set it to {score.settled} there.",)
    return (
        f"For the course staff: {checks}, {score.possible} with what is graded by hand: set it to {score.settled} there, or to "
        f"{score.possible} if that is graded there as well.",
    )


def _log(graded: GradedSubmission, seconds: float) -> str:
    """Say what staff look for when something is ungraded."""
    faults = [f"{check.name}: {check.fault.text}\n{check.fault.traceback}" for check in graded.checks if check.fault]
    return "\n".join([f"graded in {seconds:.1f} s", *faults])


def _close_to_others(root: Path) -> None:
    """
    Let only root enter what student code must not see; the sandbox refuses it as well.

    A harness that lies elsewhere is not part of the layout, and not ours to change.
    """
    package = Path(grader.__file__).parent
    seen = {Path(entry.path) for entry in visible_files(())}
    harness_files = [path for path in package.iterdir() if path not in seen] if package.is_relative_to(root) else []
    for path in (root / "source", root / "submission", (root / RESULTS).parent, root / metadata.NAME, *harness_files):
        with contextlib.suppress(OSError):
            path.chmod(0o700 if path.is_dir() else 0o600)
