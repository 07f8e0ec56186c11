"""
One interface for every place where student code runs: a sandbox forks workers, a worker answers requests.

    Sandbox (bubblewrap, local)            Worker
      open()    start the warm parent        ask(request)   a reply, or a typed error
      worker()  fork one, in milliseconds    end()          what it printed
      close()

Each worker is reached by two sockets: the *channel*, whose other end student code may hold, and the *lifeline*, whose
other end its supervisor holds and student code never does.  Closing the lifeline kills the worker, so that nothing is
left behind even where the harness itself is killed.
"""

from __future__ import annotations

import abc
import contextlib
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from grader import protocol
from grader.errors import (
    Crashed,
    OutOfMemory,
    ProtocolError,
    SandboxFault,
    ScratchFull,
    TimedOut,
    TooManyProcesses,
    WorkerLost,
)
from grader.protocol import Limits
from grader.sandbox import cgroup
from grader.sandbox.cgroup import Cgroup
from grader.sandbox.visible import Visible, python_path, visible_files

_END_SECONDS = 30.0
"""How long a supervisor may take to report the end of a worker that it was told to kill."""
_HANG_UP_SECONDS = 1.0
"""How long a worker may take to end after its channel was closed from inside."""
_MAX_PROGRESS = 20_000
"""How often a worker may tell how far one request has come; ours tells five times a second."""
_CPU_SLACK_SECONDS = 2.0
"""Processor time beyond what the time limits allow: it only ends what they have not."""
_START_SECONDS = 60.0
"""How long a warm parent may take to import what a worker needs; ours, so not part of any limit of a submission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerEnd:
    """What is known of a worker that has ended."""

    exit_code: int
    output: str
    dropped_bytes: int
    exceeded: WorkerLost | None = None
    """What says which limit was exceeded, by it or by something that it started; whoever judges its answers raises it."""

    def describe(self) -> str:
        """Say how it ended, for a student."""
        if self.exit_code >= 0:
            return f"your code ended its process with exit code {self.exit_code} instead of returning"
        try:
            name = signal.Signals(-self.exit_code).name
        except ValueError:
            name = f"signal {-self.exit_code}"
        meaning = {"SIGSEGV": "a memory error outside Python", "SIGABRT": "an abort outside Python"}.get(
            name, "a signal"
        )
        return f"your code crashed its process: {meaning} ({name})"


OnProgress = Callable[[protocol.Progress], None]
"""Told how far a request has come, as the worker says it."""


def ignore_progress(progress: protocol.Progress) -> None:
    """Do nothing."""


class Answering(Protocol):
    """Something that answers requests as a worker does."""

    def ask(self, request: protocol.Request, on_progress: OnProgress = ignore_progress) -> protocol.Reply:
        """Answer one request."""

    def end(self) -> WorkerEnd:
        """Answer no more; returns what is known of the end."""


class Workers(Protocol):
    """Something that has workers to give: a sandbox, or answers that were kept."""

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Answering:
        """Return a fresh one."""

    def renew(self) -> None:
        """Start anew what the workers come from."""


class Workplace(Workers, Protocol):
    """Workers, and what a grading notes of where they are."""

    name: str
    threads: int

    @property
    def memory_held_by(self) -> str:
        """Name what holds the memory of all processes of a worker together."""


class Worker:
    """A forked worker; use it from one thread, and end it."""

    def __init__(
        self,
        channel: socket.socket,
        lifeline: socket.socket,
        limits: Limits,
        said: Callable[[], str],
        group: Cgroup | None,
        cpu_seconds: int,
    ) -> None:
        """Take both sockets; *said* tells what the warm parent complained of, for faults, *group* what holds its memory."""
        self._said = said
        self._group = group
        self._cpu_seconds = cpu_seconds
        self._kills = 0
        self._channel = channel
        self._lifeline = lifeline
        self._replies = protocol.Reader(channel)
        self._reports = protocol.Reader(lifeline)
        self._limits = limits
        self._number = 0
        self._progress: protocol.Progress | None = None
        self._ended: WorkerEnd | None = None
        self.busy_seconds = 0.0
        """How long this worker has kept us waiting, all requests together."""

    def start(self) -> None:
        """
        Wait until the worker is confined.  This time is ours: no limit of the submission covers it.

        Raises:
            SandboxFault: If it could not be.
        """
        report = self._report(_START_SECONDS)
        if isinstance(report, protocol.Ended):
            raise SandboxFault(report.fault or "a worker ended before it began")
        if self._group is not None:
            self._group.limit(self._limits.memory_bytes)
            self._kills = self._group.kills()

    def _report(self, seconds: float) -> protocol.Report:
        self._lifeline.settimeout(seconds)
        try:
            report: protocol.Report | None = self._reports.receive(protocol.Report, protocol.MAX_CONTROL_BYTES)
        except TimeoutError:
            raise SandboxFault(
                f"the supervisor of a worker did not report within {seconds:g} s: does this machine have too much to do?"
            ) from None
        except (ConnectionResetError, ProtocolError):
            report = None
        if report is None:
            raise SandboxFault(f"the supervisor of a worker has gone: {self._said()}")
        return report

    def ask(self, request: protocol.Request, on_progress: OnProgress = ignore_progress) -> protocol.Reply:
        """
        Send one request and wait for its reply; *on_progress* is told what the worker says of its progress meanwhile.

        Raises:
            TimedOut: If the reply, or the processor time for it, takes longer than a limit; the worker is then killed.
            OutOfMemory: If the worker was ended for its memory.
            Crashed: If the worker ended, or what it sent was no reply to this request.
            SandboxFault: If the worker could not be confined.
        """
        if self._ended is not None:
            raise self._ended.exceeded or Crashed(self._ended.describe())
        self._number += 1
        try:
            early = self._replies.has_more()
        except OSError:  # it went away with our last question unread
            raise self._why_it_hung_up() from None
        if early:
            raise self._unasked()
        left = self._limits.check_seconds - self.busy_seconds
        scope = "check" if left < self._limits.request_seconds else "request"
        started = time.monotonic()
        deadline = started + max(min(left, self._limits.request_seconds), 0.001)
        self._progress = None
        try:
            self._channel.settimeout(deadline - started)
            protocol.send(self._channel, protocol.Ask(self._number, request))
            answer = self._answer(deadline, on_progress)
        except TimeoutError:
            self.end()
            limit = self._limits.check_seconds if scope == "check" else self._limits.request_seconds
            raise TimedOut(limit, scope, None if self._progress is None else self._progress.share) from None
        except ProtocolError as error:
            self.end()
            raise Crashed(f"your code disturbed the process that ran it: {error}") from None
        except (BrokenPipeError, ConnectionResetError):
            answer = None
        self.busy_seconds += time.monotonic() - started
        if answer is None:
            raise self._why_it_hung_up()
        if answer.number != self._number:
            raise self._unasked()
        return answer.reply

    def _answer(self, deadline: float, on_progress: OnProgress) -> protocol.Answer | None:
        """Read up to the answer; what is told of progress before it is shown, but at most so often."""
        for _told in range(_MAX_PROGRESS):
            said = self._replies.receive(protocol.Said, self._limits.reply_bytes, deadline)
            if not isinstance(said, protocol.Progress):
                return said
            if said.number != self._number:
                raise ProtocolError("it told of the progress of another request")
            self._progress = said
            on_progress(said)
        raise ProtocolError(f"it told of its progress more than {_MAX_PROGRESS:,} times")

    def _unasked(self) -> Crashed:
        self.end()
        return Crashed("your code disturbed the process that ran it: it answered a question that was not asked")

    def _why_it_hung_up(self) -> WorkerLost:
        """Tell why the channel was closed from the other side: a worker that is ending says so soon."""
        if not self._reports.has_more(_HANG_UP_SECONDS):
            self.end()
            return Crashed("your code closed the connection through which it is asked")
        ended = self.end()
        return ended.exceeded or Crashed(ended.describe())

    def end(self) -> WorkerEnd:
        """
        End the worker, if it has not ended, and return what is known of it; may be called again.

        Raises:
            SandboxFault: If its supervisor does not answer, or the machine ended the worker.
        """
        if self._ended is not None:
            return self._ended
        with self._channel, self._lifeline:
            with contextlib.suppress(OSError):  # its supervisor may just have reported the end and gone
                protocol.send(self._lifeline, protocol.Stop())
            self._ended = WorkerEnd(exit_code=0, output="", dropped_bytes=0)
            report = self._report(_END_SECONDS)
        if not isinstance(report, protocol.Ended):
            raise SandboxFault("the supervisor of a worker did not report its end")
        exceeded = self._exceeded(report)
        if report.fault and exceeded is None:
            raise SandboxFault(report.fault)
        self._ended = WorkerEnd(
            exit_code=report.exit_code,
            output=report.output.decode(errors="replace"),
            dropped_bytes=report.dropped_bytes,
            exceeded=exceeded,
        )
        return self._ended

    def _exceeded(self, report: protocol.Ended) -> WorkerLost | None:
        """Return what says which limit was exceeded: the kernel's count for the whole group, or what the supervisor saw."""
        if report.exceeded == "memory" or (self._group is not None and self._group.kills() > self._kills):
            return OutOfMemory(self._limits.memory_bytes)
        if report.exceeded == "scratch":
            return ScratchFull(self._limits.scratch_bytes)
        if report.exceeded == "processes":
            return TooManyProcesses(self._limits.processes)
        return TimedOut(self._cpu_seconds, "processor") if report.exceeded == "cpu" else None

    def abandon(self) -> None:
        """Let go of a worker; its supervisor ends it, and nobody learns how."""
        self._channel.close()
        self._lifeline.close()

    def dies_alone(self) -> bool:
        """End the worker; returns whether nothing is left that still holds its end of the channel."""
        left = self._channel.dup()
        self.end()
        with left:
            left.settimeout(0.5)
            try:
                while left.recv(1 << 16):
                    pass
            except TimeoutError:
                return False
            except OSError:
                pass
        return True


class Sandbox(abc.ABC):
    """A warm parent and the workers that are forked from it."""

    name: str
    best_effort = False
    """Whether workers go on where the kernel refuses a namespace."""

    def __init__(self, packages: tuple[str, ...] = ("torch",), threads: int = 1, gpu_share: float = 1.0) -> None:
        """
        Describe a sandbox; nothing starts yet.

        Args:
            packages: What submissions may import.
            threads: On how many processors a worker computes; as many as it is given, or they wait for each other.
            gpu_share: How much of a GPU's memory a worker may take, from above 0 to 1, where modules run on one.
        """
        self._packages = packages
        self._gpu_share = gpu_share
        self.threads = threads
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._workers: weakref.WeakSet[Worker] = weakref.WeakSet()
        self._device = "cpu"
        self._opened_by = os.getpid()
        self._group: Cgroup | None = None
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the sandbox

    @abc.abstractmethod
    def command(self, control: int, device: str) -> list[str]:
        """Return the command line of the warm parent, which inherits the descriptor *control*."""

    @property
    def memory_held_by(self) -> str:
        """Name what holds the memory of all processes of a worker together, once the sandbox is open."""
        return "its supervisor" if self._group is None else self._group.name

    def sees(self) -> tuple[Visible, ...]:
        """Return what a worker may read of this machine."""
        return visible_files(self._packages)

    def imports_from(self) -> tuple[str, ...]:
        """Return the folders that a worker imports from besides the standard library."""
        return python_path(self._packages)

    def landlock(self) -> tuple[str, ...]:
        """Return the paths that Landlock leaves readable; none for no Landlock."""
        return ()

    def environment(self) -> dict[str, str]:
        """Return all that the warm parent, and so every worker, inherits."""
        return _environment(self.imports_from())

    def group(self) -> Cgroup | None:
        """Make the control group that holds the memory of workers; None where there can be none."""
        return cgroup.make()

    def next_submission(self, *, more: bool) -> None:  # noqa: B027 - most have nothing to do
        """Leave nothing of one submission to the next; where workers are all that a submission gets, there is nothing to do."""

    def open(self, device: str = "cpu") -> None:
        """
        Start the warm parent; returns at once, before it is ready.

        Raises:
            SandboxFault: If the program that makes the sandbox cannot be started.
        """
        if self._control is not None:
            return
        self._device = device
        self._opened_by = os.getpid()
        ours, theirs = socket.socketpair()
        with theirs:
            command = self.command(theirs.fileno(), device)
            if shutil.which(command[0]) is None:
                ours.close()
                raise SandboxFault(f"the sandbox `{self.name}` could not be started: no program {command[0]}")
            self._group = self.group()
            if self._group is not None:
                command = self._group.entering(command)
            try:
                self._process = subprocess.Popen(
                    command,
                    env=self.environment(),
                    pass_fds=(theirs.fileno(),),
                    cwd="/",  # where the harness runs is nobody's business; a shell would pass it on
                    stdin=subprocess.DEVNULL,
                    stdout=self._complaints,
                    stderr=self._complaints,
                    start_new_session=True,  # Ctrl-C is for the harness, which closes the sandbox itself
                )
            except OSError as error:
                ours.close()
                self._end()
                raise SandboxFault(f"the sandbox `{self.name}` could not be started: {error}") from None
        self._control = ours

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Worker:
        """
        Fork a worker that has imported *preload*.

        Raises:
            SandboxFault: If the warm parent is not there, or cannot confine a worker.
        """
        worker = self._spawn(limits, preload)
        worker.start()
        return worker

    def warm(self, preload: tuple[str, ...]) -> None:
        """Let the warm parent import *preload* while this process does something else."""
        self._spawn(Limits(), preload).abandon()

    def _spawn(self, limits: Limits, preload: tuple[str, ...]) -> Worker:
        if self._control is None:
            self.open()
        channel, their_channel = socket.socketpair()
        lifeline, their_lifeline = socket.socketpair()
        cpu_seconds = math.ceil(limits.cpu_seconds or limits.check_seconds * self.threads + _CPU_SLACK_SECONDS)
        memory_bytes = 0 if self._device == "cuda" else limits.memory_bytes  # CUDA maps far more than it uses
        group = self._group if memory_bytes else None
        spawn = protocol.Spawn(
            preload=preload,
            best_effort=self.best_effort,
            readable=self.landlock(),
            memory_bytes=memory_bytes,
            tree_bytes=0 if group is not None else memory_bytes,
            cpu_seconds=cpu_seconds,
            scratch_bytes=limits.scratch_bytes,
            file_bytes=limits.file_bytes,
            output_bytes=limits.output_bytes,
            threads=self.threads,
            processes=limits.processes,
            open_files=limits.open_files,
            gpu_share=self._gpu_share,
        )
        worker = Worker(channel, lifeline, limits, self._said, group, cpu_seconds)
        self._workers.add(worker)
        with their_channel, their_lifeline:
            try:
                self.fork(spawn, their_channel, their_lifeline)
            except SandboxFault:
                worker.abandon()
                raise
        return worker

    def fork(self, spawn: protocol.Spawn, channel: socket.socket, lifeline: socket.socket) -> None:
        """
        Let the warm parent fork a worker that holds these ends of its channel and its lifeline.

        Raises:
            SandboxFault: If the warm parent is not there.
        """
        self._order(spawn, (channel.fileno(), lifeline.fileno()))

    def _order(self, order: protocol.Order, descriptors: tuple[int, ...] = ()) -> None:
        assert self._control is not None  # it is open: nothing is ordered before
        try:
            protocol.send(self._control, order, descriptors)
        except OSError:
            raise SandboxFault(f"the sandbox `{self.name}` has ended: {self._said()}") from None

    def _said(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read(100_000).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def renew(self) -> None:
        """
        Start a warm parent anew; raises as `open` does.

        In a fork of the process that opened the sandbox the old one is left to that process.
        """
        self._end()
        self.open(self._device)

    def has_ended(self) -> bool:
        """Return whether the warm parent is gone although nobody closed the sandbox."""
        return self._process is not None and self._process.poll() is not None

    def close(self) -> None:
        """End the warm parent and every worker."""
        self._end()
        self._complaints.close()

    def _end(self) -> None:
        """Let go of the warm parent, and end it if it is this process's."""
        ours = self._opened_by == os.getpid()
        for worker in list(self._workers):
            worker.abandon()
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None and ours:
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._group is not None and ours:
            self._group.remove()
        self._process = self._group = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def worker_command(control: int, *arguments: str) -> list[str]:
    """Return the command of a warm parent: the bare interpreter, without site-packages and without bytecode files."""
    python = sys._base_executable  # type: ignore[attr-defined]
    return [python, "-S", "-s", "-P", "-B", "-X", "utf8", "-m", "grader.worker", str(control), *arguments]


def _environment(python_path: tuple[str, ...]) -> dict[str, str]:
    """Return all that a worker inherits: one thread per worker, a fixed hash seed, nothing of ours."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/tmp",
        "PYTHONPATH": os.pathsep.join(python_path),
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MPLBACKEND": "Agg",
        "TORCHDYNAMO_DISABLE": "1",  # torch.compile computes as written: a worker has no compiler, and nobody waits for one
    }
