"""
Many submissions of one assignment: a fresh harness for each, several at a time.

This process imports everything, generates the cases and starts a sandbox per slot once; what the reference solution answers
is kept for the whole class.  Each submission is then graded in a fork of it, so that no grading can leave anything behind for
the next: grading A and then B gives exactly what grading each alone gives.  A harness that dies takes down one grading, and
that one is ungraded, check by check.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from grader.datasets.training_task import Task
from grader.grading.grade import grade, rehearse, without_verdict
from grader.grading.plugin import Check
from grader.grading.reference_cache import CachedAnswers
from grader.grading.verdict import fault_of
from grader.model import Assignment, Blame, Fault, GradedSubmission, Submission, Suite
from grader.protocol import Limits
from grader.sandbox import Sandbox

_SLACK_SECONDS = 1800.0
"""What a grading may take beyond the limits of its checks before it is given up; a hang of ours must not be one of the class."""
_fork = multiprocessing.get_context("fork")
_decoder = msgspec.msgpack.Decoder(GradedSubmission)
_fault_decoder = msgspec.msgpack.Decoder(Fault)
_MAX_TRIES = 2
"""How often a submission is graded where the machine fails; a harness that fails by itself would fail again."""


@dataclass(slots=True, kw_only=True)
class _Slot:
    """
    One grading at a time, in sandboxes of its own, on processors of its own.

    Harness and worker take turns, so a second processor would only wake the first one up: on one a question takes half the time.
    More than one is for submissions that train: their workers then compute on all of them.
    """

    sandbox: Sandbox
    ours: Sandbox
    processors: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    submission: Submission
    process: BaseProcess
    slot: _Slot
    tries: int
    ends: float
    """When it is given up, by the monotonic clock."""


def grade_all(
    assignment: Assignment,
    submissions: Sequence[Submission],
    *,
    seed: str,
    sandbox: Callable[[], Sandbox],
    ours: Callable[[], Sandbox],
    device: str = "cpu",
    cores: int = 1,
    task: Task | None = None,
    limits: Mapping[str, Limits] | None = None,
    jobs: int | None = None,
) -> Iterator[GradedSubmission]:
    """
    Grade *submissions* with all checks and yield each result as it comes, in no fixed order.

    Args:
        sandbox: Makes a sandbox for student code; called once per slot.
        ours: Makes a place for the reference solution; likewise.
        cores: How many processors each grading gets; the sandboxes should compute on as many threads.
        task: What networks are trained on; None for what the assignment says.
        limits: Limits of single submissions by name, where they are not the assignment's.
        jobs: How many at a time; as many as the processors suffice for if None.

    Raises:
        AssignmentError: If the checks cannot be collected.
    """
    checks = rehearse(assignment, Suite.ALL, seed)
    waiting = [(submission, 1) for submission in reversed(submissions)]
    running: dict[Connection, _Running] = {}
    with ExitStack() as stack:
        kept = Path(stack.enter_context(TemporaryDirectory(prefix=f"grader-{os.getpid()}-")))
        shares = _shares(cores)
        slots = [
            _Slot(
                sandbox=stack.enter_context(sandbox()),
                ours=stack.enter_context(ours()),
                processors=shares[number % len(shares)],
            )
            for number in range(min(jobs or len(shares), len(submissions)))
        ]
        for slot in slots:
            with on_processors(slot.processors):
                slot.sandbox.open(device)
                slot.ours.open(device)
        free = list(slots)
        try:
            while waiting or running:
                while free and waiting:
                    slot = free.pop()
                    submission, tries = waiting.pop()
                    own = replace(assignment, limits=(limits or {}).get(submission.name, assignment.limits))
                    more = bool(waiting)
                    ends = time.monotonic() + _patience_seconds(own.limits, checks)
                    connection, entry = _start(own, submission, tries, slot, seed, device, task, kept, ends, more=more)
                    running[connection] = entry
                now = time.monotonic()
                for entry in (entry for entry in running.values() if entry.ends <= now):
                    entry.process.kill()  # it is then found to have ended, and is ungraded
                ready = wait(list(running), timeout=max(min(entry.ends for entry in running.values()) - now, 1.0))
                for connection in (one for one in ready if isinstance(one, Connection)):
                    entry = running.pop(connection)
                    said = _finish(connection, entry)
                    free.append(entry.slot)
                    if isinstance(said, GradedSubmission):
                        yield said
                    elif said.blame is Blame.INFRASTRUCTURE and entry.tries < _MAX_TRIES:
                        waiting.append((entry.submission, entry.tries + 1))
                    else:
                        sandbox_used = entry.slot.sandbox
                        yield without_verdict(
                            assignment, entry.submission, checks, seed, sandbox_used, device, task, said
                        )
        finally:
            for connection, entry in running.items():  # who reads no further wants nothing more graded
                entry.process.kill()
                entry.process.join()
                connection.close()


def _patience_seconds(limits: Limits, checks: Sequence[Check]) -> float:
    """Return how long a grading may take: all of its checks to their limits, each tried as often as it may be, and more."""
    asked = sum(
        min((check.seconds or limits.check_seconds) * limits.seconds_factor, limits.longest_seconds) for check in checks
    )
    return _MAX_TRIES * min(asked, limits.submission_seconds) + _SLACK_SECONDS


def _start(
    assignment: Assignment,
    submission: Submission,
    tries: int,
    slot: _Slot,
    seed: str,
    device: str,
    task: Task | None,
    kept: Path,
    ends: float,
    *,
    more: bool,
) -> tuple[Connection, _Running]:
    for sandbox in (slot.sandbox, slot.ours):
        if sandbox.has_ended():  # a grading lost it; each new one starts from what all of them started from
            with on_processors(slot.processors):
                sandbox.renew()
    slot.sandbox.next_submission(more=more)
    ours, theirs = _fork.Pipe(duplex=False)
    process = _fork.Process(
        target=_grade_one, args=(assignment, submission, slot, seed, device, task, kept, theirs), daemon=True
    )
    process.start()
    theirs.close()
    return ours, _Running(submission=submission, process=process, slot=slot, tries=tries, ends=ends)


def _grade_one(
    assignment: Assignment,
    submission: Submission,
    slot: _Slot,
    seed: str,
    device: str,
    task: Task | None,
    kept: Path,
    result: Connection,
) -> None:
    """Grade in a fork of the harness; what it says back is a GradedSubmission or the text of a fault."""
    # whoever presses Ctrl-C means the harness, which ends this; a program that is started here takes signals as it always does
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if "torch" in sys.modules:
        # OpenMP's threads do not survive a fork: a second thread would be waited for for ever
        sys.modules["torch"].set_num_threads(1)
    try:
        with on_processors(slot.processors):
            graded = grade(
                assignment,
                submission,
                seed=seed,
                suite=Suite.ALL,
                sandbox=slot.sandbox,
                ours=CachedAnswers(slot.ours, kept),
                device=device,
                task=task,
            )
        result.send_bytes(b"+" + msgspec.msgpack.encode(graded))
    except Exception as error:
        result.send_bytes(b"-" + msgspec.msgpack.encode(fault_of(error, 1)))
    slot.sandbox.close()  # what this fork itself has started; what it was forked with is not its own
    slot.ours.close()
    os._exit(0)  # nothing of the parent's is this fork's to clean up


def _finish(connection: Connection, entry: _Running) -> GradedSubmission | Fault:
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
        return replace(_fault_decoder.decode(said[1:]), tries=entry.tries)
    code = entry.process.exitcode
    # the kernel ends who takes the machine's last memory by this signal; what else kills so comes from outside as well
    blame = Blame.INFRASTRUCTURE if code == -signal.SIGKILL else Blame.HARNESS
    text = f"the harness ended with exit code {code} while grading"
    return Fault(blame=blame, text=text, traceback="", tries=entry.tries)


def processors() -> list[int]:
    """Return the processors that this process may use; macOS does not tell, but how many there are."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))


def _shares(cores: int) -> list[frozenset[int]]:
    """Divide the processors into shares of *cores*; what is left over stays free."""
    there = processors()
    count = max(len(there) // cores, 1)
    return [frozenset(there[number * cores : (number + 1) * cores]) for number in range(count)]


@contextmanager
def on_processors(some: frozenset[int]) -> Iterator[None]:
    """Run on some processors for a while, together with all that is started meanwhile; macOS cannot."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, some)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
