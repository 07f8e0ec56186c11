"""
Many submissions of one assignment: a fresh harness for each, several at a time.

This process imports everything, generates the cases and starts a sandbox per lane once; what the reference solution answers
is kept for the whole class.  Each submission is then graded in a fork of it, so that no grading can leave anything behind for
the next: grading A and then B gives exactly what grading each alone gives.  A harness that dies takes down one grading, and
that one is ungraded, check by check.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from grader.errors import GraderError
from grader.grade import grade, rehearse, without_verdict
from grader.model import Assignment, GradedSubmission, Submission, Suite
from grader.sandbox.base import Sandbox
from grader.sandbox.kept import KeptAnswers

_PATIENCE_SECONDS = 1800.0
"""How long no grading at all may end before those that run are given up; a hang of ours must not be one of the class."""
_fork = multiprocessing.get_context("fork")
_decoder = msgspec.msgpack.Decoder(GradedSubmission)


@dataclass(slots=True, kw_only=True)
class _Lane:
    """
    One grading at a time, in sandboxes of its own, on a processor of its own.

    Harness and worker take turns, so two processors would only wake each other up: on one a question takes half the time.
    """

    sandbox: Sandbox
    ours: Sandbox
    processor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    submission: Submission
    process: BaseProcess
    lane: _Lane


def grade_all(
    assignment: Assignment,
    submissions: Sequence[Submission],
    *,
    seed: int,
    sandbox: Callable[[], Sandbox],
    ours: Callable[[], Sandbox],
    device: str = "cpu",
    jobs: int | None = None,
) -> Iterator[GradedSubmission]:
    """
    Grade *submissions* with all checks and yield each result as it comes, in no fixed order.

    Args:
        sandbox: Makes a sandbox for student code; called once per lane.
        ours: Makes a place for the reference solution; likewise.
        jobs: How many at a time; as many as there are processors if None.

    Raises:
        AssignmentError: If the checks cannot be collected.
    """
    checks = rehearse(assignment, Suite.ALL, seed)
    waiting = list(reversed(submissions))
    running: dict[Connection, _Running] = {}
    with ExitStack() as stack:
        kept = Path(stack.enter_context(TemporaryDirectory(prefix="grader-")))
        processors = _processors()
        lanes = [
            _Lane(
                sandbox=stack.enter_context(sandbox()),
                ours=stack.enter_context(ours()),
                processor=processors[number % len(processors)],
            )
            for number in range(min(jobs or len(processors), len(submissions)))
        ]
        for lane in lanes:
            with _on(lane.processor):
                lane.sandbox.open(device)
                lane.ours.open(device)
        free = list(lanes)
        try:
            while waiting or running:
                while free and waiting:
                    lane = free.pop()
                    connection, entry = _start(assignment, waiting.pop(), lane, seed, device, kept)
                    running[connection] = entry
                ready = wait(list(running), timeout=_PATIENCE_SECONDS)
                if not ready:
                    for entry in running.values():  # each is then found to have ended, and is ungraded
                        entry.process.kill()
                for connection in (one for one in ready if isinstance(one, Connection)):
                    entry = running.pop(connection)
                    said = _finish(connection, entry)
                    free.append(entry.lane)
                    if isinstance(said, GradedSubmission):
                        yield said
                    else:
                        sandbox_used = entry.lane.sandbox
                        yield without_verdict(assignment, entry.submission, checks, seed, sandbox_used, device, said)
        finally:
            for connection, entry in running.items():  # who reads no further wants nothing more graded
                entry.process.kill()
                entry.process.join()
                connection.close()


def _start(
    assignment: Assignment, submission: Submission, lane: _Lane, seed: int, device: str, kept: Path
) -> tuple[Connection, _Running]:
    ours, theirs = _fork.Pipe(duplex=False)
    process = _fork.Process(
        target=_grade_one, args=(assignment, submission, lane, seed, device, kept, theirs), daemon=True
    )
    process.start()
    theirs.close()
    return ours, _Running(submission=submission, process=process, lane=lane)


def _grade_one(
    assignment: Assignment,
    submission: Submission,
    lane: _Lane,
    seed: int,
    device: str,
    kept: Path,
    result: Connection,
) -> None:
    """Grade in a fork of the harness; what it says back is a GradedSubmission or the text of a fault."""
    if "torch" in sys.modules:
        # OpenMP's threads do not survive a fork: a second thread would be waited for for ever
        sys.modules["torch"].set_num_threads(1)
    try:
        with _on(lane.processor):
            graded = grade(
                assignment,
                submission,
                seed=seed,
                suite=Suite.ALL,
                sandbox=lane.sandbox,
                ours=KeptAnswers(lane.ours, kept),
                device=device,
            )
        result.send_bytes(b"+" + msgspec.msgpack.encode(graded))
    except GraderError as error:
        result.send_bytes(b"-" + str(error).encode())
    os._exit(0)  # nothing of the parent's is this fork's to clean up


def _finish(connection: Connection, entry: _Running) -> GradedSubmission | str:
    """Return the result of a grading, or why there is none."""
    try:
        with connection:
            said = connection.recv_bytes()
    except EOFError:
        said = b""
    entry.process.join()
    if said.startswith(b"+"):
        return _decoder.decode(said[1:])
    if said:
        return said[1:].decode()
    return f"the harness ended with exit code {entry.process.exitcode} while grading"


def _processors() -> list[int]:
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


@contextmanager
def _on(processor: int) -> Iterator[None]:
    """Run on one processor for a while, together with all that is started meanwhile; macOS cannot."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {processor})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
