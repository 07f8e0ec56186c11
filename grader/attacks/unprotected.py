"""
What a grading is worth without the boundary: harness, answers, checks and submission in one process.

This is how other autograders run student code, and how ours never does.  `grader audit` hands every attack to it as well, inside
a sandbox with everything to steal in it (`attacks/exposed.py`), to show what the same attack would have earned.  It is the only
module of the trusted side that imports the worker.
"""

from __future__ import annotations

import os
from pathlib import Path

from grader import protocol, submission
from grader.course import assignment as assignments
from grader.grading import GradingRequest, Sides, grade_submission
from grader.model import Extent
from grader.protocol import Limits
from grader.sandbox import OnProgress, WorkerEnd, ignore_progress
from grader.worker.execution import Responder, raised


class InThisProcess:
    """Workers that are no processes: each answers where it is asked."""

    name = "none"
    threads = 1
    memory_held_by = "nothing"

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> _Here:
        """Return a fresh one; no limit holds it."""
        return _Here()

    def warm(self, preload: tuple[str, ...]) -> None:
        """Do nothing: this process has imported everything."""

    def renew(self) -> None:
        """Do nothing: this process is all there is."""


class _Here:
    def __init__(self) -> None:
        self._session = Responder()

    def ask(self, request: protocol.Request, on_progress: OnProgress = ignore_progress) -> protocol.Reply:
        """Answer by running student code; what is no Exception goes through to what runs the checks."""
        try:
            return self._session.answer(request, lambda _passes, _share, _loss: None)
        except Exception as error:
            return raised(error)

    def end(self) -> WorkerEnd:
        """Leave everything as it is: there is no process to end."""
        return WorkerEnd(exit_code=0, output="", dropped_bytes=0)


def grade_here(course: str, slug: str, path: str, extent: str, seed: str) -> tuple[int, int, int]:
    """Grade the submission at *path* in this process; returns points earned, points possible and checks left ungraded."""
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = os.devnull
    assignment = assignments.load(Path(course), slug)
    graded = grade_submission(
        GradingRequest(assignment=assignment, seed=seed),
        submission.reader(Extent(extent))(Path(path), assignment),
        Sides(submission=InThisProcess(), reference=InThisProcess()),
    )
    ungraded = sum(check.outcome.value == "ungraded" for check in graded.checks)
    return graded.score.earned, graded.score.settled, ungraded
