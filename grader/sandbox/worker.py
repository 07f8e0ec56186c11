"""
The harness's handle of one worker: ask it, end it, learn which limit it exceeded.

A worker is reached by two sockets: the *channel*, whose other end student code may hold, and the *lifeline*, whose other end its
supervisor holds and student code never does.  Closing the lifeline kills the worker, so that none goes on even where the harness
itself is killed.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

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
from grader.sandbox.cgroup import Cgroup

_START_SECONDS = 60.0
"""How long a fork server may take to import what a worker needs; no limit of a submission covers it."""
_END_SECONDS = 30.0
"""How long a supervisor may take to report the end of a worker that it was told to kill."""
_HANG_UP_SECONDS = 1.0
"""How long a worker may take to end after it has closed its channel."""
_MAX_PROGRESS = 20_000
"""How often a worker may tell how far one request has come; a worker that nobody has changed does so five times a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerEnd:
    """What is known of a worker that has ended."""

    exit_code: int
    output: str
    dropped_bytes: int
    exceeded: WorkerLost | None = None
    """The error of the limit that was exceeded, by it or by something that it started; the judge of its answers raises it."""
    peak_bytes: int = 0
    """The most memory that one process of it had resident, with Python and the packages that all workers share; 0 if unknown."""

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


class Worker:
    """A forked worker; use it from one thread, and end it."""

    def __init__(
        self,
        channel: socket.socket,
        lifeline: socket.socket,
        limits: Limits,
        last_message: Callable[[], str],
        group: Cgroup | None,
        cpu_seconds: int,
    ) -> None:
        """Take both sockets; *last_message* returns what the fork server wrote last, for faults; *group* holds its memory."""
        self._last_message = last_message
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
        """How long this worker has been waited for, all requests together."""

    def start(self) -> None:
        """
        Wait until the worker is confined.  No limit of the submission covers this time.

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
            raise SandboxFault(f"the supervisor of a worker has gone: {self._last_message()}")
        return report

    def ask(self, request: protocol.Request, on_progress: OnProgress = ignore_progress) -> protocol.Reply:
        """
        Make one request and wait for its reply; *on_progress* is told what the worker says of its progress meanwhile.

        Raises:
            TimedOut: If the reply, or the processor time for it, takes longer than a limit; the worker is then killed.
            OutOfMemory: If the worker was ended for its memory.
            Crashed: If the worker ended, or what it wrote is no reply to this request.
            SandboxFault: If the worker could not be confined.
        """
        if self._ended is not None:
            raise self._ended.exceeded or Crashed(self._ended.describe())
        self._number += 1
        try:
            early = self._replies.has_more()
        except OSError:  # it went away with the last request unread
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
        """Read up to the answer; progress before it is passed on, but at most _MAX_PROGRESS times."""
        for _count in range(_MAX_PROGRESS):
            message = self._replies.receive(protocol.WorkerMessage, self._limits.reply_bytes, deadline)
            if not isinstance(message, protocol.Progress):
                return message
            if message.number != self._number:
                raise ProtocolError("it told of the progress of another request")
            self._progress = message
            on_progress(message)
        raise ProtocolError(f"it told of its progress more than {_MAX_PROGRESS:,} times")

    def _unasked(self) -> Crashed:
        self.end()
        return Crashed("your code disturbed the process that ran it: it answered a question that was not asked")

    def _why_it_hung_up(self) -> WorkerLost:
        """Tell why the worker closed the channel: the supervisor of one that is ending says so, later if there are many files."""
        ends_by_itself = self._reports.has_more(_HANG_UP_SECONDS)
        ended = self.end()
        if ended.exceeded is not None:
            return ended.exceeded
        hung_up = "your code closed the connection through which it is asked"
        return Crashed(ended.describe() if ends_by_itself else hung_up)

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
            peak_bytes=max(report.peak_bytes, 0),
        )
        return self._ended

    def _exceeded(self, report: protocol.Ended) -> WorkerLost | None:
        """Return the error of the limit that it exceeded: by the kernel's count for the whole group, or as the supervisor saw."""
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
        """End the worker; returns whether no process holds its end of the channel any more."""
        channel = self._channel.dup()
        self.end()
        with channel:
            channel.settimeout(0.5)
            try:
                while channel.recv(1 << 16):
                    pass
            except TimeoutError:
                return False
            except OSError:
                pass
        return True
