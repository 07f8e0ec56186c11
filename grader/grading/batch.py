"""
Many submissions of one assignment: a fresh harness for each, several at a time.

This process imports everything, generates the cases and starts a sandbox per slot once; what the reference solution answers
is cached for the whole class.  Each submission is then graded in a fork of it, so that no grading can leave anything behind for
the next: grading A and then B gives exactly what grading each alone gives.  A harness that dies takes down one grading, and
that one is ungraded, check by check.
"""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from grader.grading import verdict
from grader.grading.check import Check
from grader.grading.grade import grade_submission, rehearse, without_verdict
from grader.grading.reference_cache import CachedAnswers
from grader.grading.request import GradingRequest, Sides
from grader.model import Fault, GradedSubmission, Submission
from grader.protocol import Limits
from grader.sandbox import Sandbox

_SLACK_SECONDS = 1800.0
"""What a grading may take beyond the limits of its checks before it is given up; a hang of ours must not be one of the class."""
_WAIT_SECONDS = 2.0
_PR_SET_PDEATHSIG = 1
_fork = multiprocessing.get_context("fork")
_decoder = msgspec.msgpack.Decoder(GradedSubmission)
_fault_decoder = msgspec.msgpack.Decoder(Fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRequest:
    """How the submissions of a class are graded."""

    grading: GradingRequest
    submission_sandbox: Callable[[], Sandbox]
    """Makes a sandbox for student code; called once per slot."""
    reference_sandbox: Callable[[], Sandbox]
    """Makes one for the reference solution; likewise."""
    cores: int = 1
    """How many processors each grading gets; the sandboxes should compute on as many threads."""
    slots: int | None = None
    """How many at a time; as many as the processors suffice for if None."""
    limits: Mapping[str, Limits] = field(default_factory=dict)
    """Limits of single submissions by name, where they are not the assignment's."""
    checks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The checks that single submissions are asked, by name; all where it has no entry."""
    seeds: Mapping[str, str] = field(default_factory=dict)
    """Seeds of single submissions by name, where they get other questions than the class."""

    def for_submission(self, submission: Submission) -> GradingRequest:
        """Return the request for one submission, with its own limits, checks and seed."""
        assignment = self.grading.assignment
        limits = self.limits.get(submission.name, assignment.limits)
        checks = self.checks.get(submission.name, self.grading.checks)
        seed = self.seeds.get(submission.name, self.grading.seed)
        return replace(self.grading, assignment=replace(assignment, limits=limits), checks=checks, seed=seed)


@dataclass(slots=True, kw_only=True)
class _Slot:
    """
    One grading at a time, in sandboxes of its own, on processors of its own.

    Harness and worker take turns, so a second processor would only wake the first one up: on one a question takes half the time.
    More than one is for submissions that train: their workers then compute on all of them.
    """

    submission: Sandbox
    reference: Sandbox
    processors: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A submission that waits for a slot."""

    request: GradingRequest
    submission: Submission
    tries: int = 1


@dataclass(slots=True, kw_only=True)
class _Running:
    task: _Task
    slot: _Slot
    process: BaseProcess
    ends: float
    """When it is given up, by the monotonic clock."""
    is_given_up: bool = False


def ignore_wait() -> None:
    """Do nothing."""


def never() -> bool:
    """Return that there is no reason to end early."""
    return False


def grade_all(
    request: ClassRequest,
    submissions: Sequence[Submission],
    on_wait: Callable[[], None] = ignore_wait,
    is_to_end: Callable[[], bool] = never,
) -> Iterator[GradedSubmission]:
    """
    Grade *submissions* with all checks and yield each result as it comes, in no fixed order.

    Args:
        on_wait: Called every few seconds, and by this thread: another one might hold a lock while this one forks.
        is_to_end: Whether nothing more is begun; what runs is yielded.

    Raises:
        AssignmentError: If the checks cannot be collected.
    """
    checks = rehearse(request.grading)
    gc.collect()
    gc.freeze()  # what exists now is never looked through in a grading, whose copies of it stay shared
    waiting = [_Task(request=request.for_submission(one), submission=one) for one in reversed(submissions)]
    running: dict[Connection, _Running] = {}
    with ExitStack() as stack:
        cache = Path(stack.enter_context(TemporaryDirectory(prefix=f"grader-{os.getpid()}-")))
        free = _slots(request, len(submissions), stack)
        try:
            while waiting or running:
                if is_to_end():
                    waiting.clear()
                while free and waiting:
                    task, slot = waiting.pop(), free.pop()
                    ends = time.monotonic() + _patience_seconds(task.request.assignment.limits, checks)
                    connection, process = _start(task, slot, cache, more=bool(waiting))
                    running[connection] = _Running(task=task, slot=slot, process=process, ends=ends)
                now = time.monotonic()
                for entry in (entry for entry in running.values() if entry.ends <= now):
                    entry.is_given_up = True
                    entry.process.kill()  # it is then found to have ended, and is ungraded
                if not running:
                    break
                until_given_up = max(min(entry.ends for entry in running.values()) - now, 1.0)
                ready = wait(list(running), timeout=min(until_given_up, _WAIT_SECONDS))
                on_wait()
                for connection in (one for one in ready if isinstance(one, Connection)):
                    entry = running.pop(connection)
                    task = entry.task
                    said = _finish(connection, entry)
                    free.append(entry.slot)
                    if isinstance(said, GradedSubmission):
                        yield said
                    elif verdict.is_tried_again(said.blame, task.tries):
                        waiting.append(replace(task, tries=task.tries + 1))
                    else:
                        yield without_verdict(task.request, task.submission, entry.slot.submission, checks, said)
        finally:
            for connection, entry in running.items():  # who reads no further wants nothing more graded
                entry.process.kill()
                entry.process.join()
                connection.close()


def _slots(request: ClassRequest, submissions: int, stack: ExitStack) -> list[_Slot]:
    """Open the sandboxes of every slot; *stack* closes them."""
    shares = _shares(request.cores)
    slots = [
        _Slot(
            submission=stack.enter_context(request.submission_sandbox()),
            reference=stack.enter_context(request.reference_sandbox()),
            processors=shares[number % len(shares)],
        )
        for number in range(min(request.slots or len(shares), submissions))
    ]
    for slot in slots:
        with on_processors(slot.processors):
            slot.submission.open(request.grading.device)
            slot.reference.open(request.grading.device)
    return slots


def _patience_seconds(limits: Limits, checks: Sequence[Check]) -> float:
    """Return how long a grading may take: all of its checks to their limits, each tried as often as it may be, and more."""
    asked = sum(
        min((check.seconds or limits.check_seconds) * limits.seconds_factor, limits.longest_seconds) for check in checks
    )
    return verdict.MAX_TRIES * min(asked, limits.submission_seconds) + _SLACK_SECONDS


def _start(task: _Task, slot: _Slot, cache: Path, *, more: bool) -> tuple[Connection, BaseProcess]:
    """Fork a grading; returns where its result comes from."""
    for sandbox in (slot.submission, slot.reference):
        if sandbox.has_ended():  # a grading lost it; each new one starts from what all of them started from
            with on_processors(slot.processors):
                sandbox.renew()
    slot.submission.next_submission(more=more)
    receiver, sender = _fork.Pipe(duplex=False)
    process = _fork.Process(target=_grade_one, args=(task, slot, cache, sender, os.getpid()), daemon=True)
    process.start()
    sender.close()
    return receiver, process


def _end_with(harness: int) -> None:
    """Let the kernel end this fork when the harness is killed: what it finds out would reach nobody."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != harness:
            os._exit(1)


def _grade_one(task: _Task, slot: _Slot, cache: Path, result: Connection, harness: int) -> None:
    """Grade in a fork of the harness; what it sends back is a GradedSubmission or a Fault."""
    _end_with(harness)
    # Ctrl-C is for the harness, which ends this; a program that is started here takes signals as it always does
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if "torch" in sys.modules:
        # OpenMP's threads do not survive a fork: a second thread would be waited for for ever
        sys.modules["torch"].set_num_threads(1)
    sides = Sides(submission=slot.submission, reference=CachedAnswers(slot.reference, cache))
    try:
        with on_processors(slot.processors):
            graded = grade_submission(task.request, task.submission, sides)
        result.send_bytes(b"+" + msgspec.msgpack.encode(graded))
    except Exception as error:
        result.send_bytes(b"-" + msgspec.msgpack.encode(verdict.fault_of(error, 1)))
    slot.submission.close()  # what this fork itself has started; what it was forked with is not its own
    slot.reference.close()
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
        return replace(_fault_decoder.decode(said[1:]), tries=entry.task.tries)
    return verdict.fault_of_exit(entry.process.exitcode, entry.task.tries, is_given_up=entry.is_given_up)


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
