"""
Stay beside one worker: collect its output, end it at a limit or on request, report.  UNTRUSTED SIDE; runs no student code.

The worker writes its output into a pipe that is read here, so that a flood of it costs the worker time and nobody
memory.  The harness kills by a message or by closing the lifeline; as the worker is process 1 of its own pid
namespace, everything it started dies with it.  Where the kernel gives no namespace, its processes are looked for and killed.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import Literal, NoReturn

from grader import protocol
from grader.worker.confinement import confine, process_tree
from grader.worker.confinement import scratch as scratch_folder
from grader.worker.confinement.namespaces import PRIVATE_SCRATCH, enter_namespaces
from grader.worker.confinement.rlimits import counts_alone

_READY = b"ready"
_LOOK_MILLISECONDS = 20
"""How often the memory of all processes together, and what they have written, is looked at where nothing stronger holds it."""

_Limit = Literal["", "memory", "cpu", "scratch", "processes"]
_UNIT_OF_MAXRSS = 1 if sys.platform == "darwin" else 1024
_CLOCK_SECONDS = 0.1
"""How much the kernel's clocks of processor time may differ: that of limits from that which is reported."""


def supervise(spawn: protocol.Spawn, channel: socket.socket, lifeline: socket.socket) -> NoReturn:
    """Fork the worker, watch it to its end and exit."""
    output_end, output = os.pipe()
    ready_end, ready = os.pipe()
    _keep_to_processors(spawn.threads)
    try:
        namespaces = enter_namespaces(spawn)
        scratch = PRIVATE_SCRATCH if namespaces else scratch_folder.make()
    except OSError as error:
        _report(lifeline, protocol.Ended(f"a worker could not be confined: {error}", "", 0, b"", 0))
        os._exit(0)
    processes = process_tree.Processes()
    if not namespaces:
        process_tree.adopt_orphans()
    worker = os.fork()
    if worker == 0:
        _become_worker(spawn, (output, output, channel.detach(), ready), scratch, namespaces)
    for descriptor in (channel.detach(), output, ready):
        os.close(descriptor)
    fault = _until_ready(ready_end)
    if not fault:
        _report(lifeline, protocol.Started())
    counted = not counts_alone(namespaces=namespaces)
    watched = _Watched(worker, lifeline, output_end, spawn, processes, scratch, alone=namespaces, counted=counted)
    watched.until_it_ends()
    if not namespaces:
        processes.end_below()
    watched.look_once_more()
    if not namespaces:
        scratch_folder.remove(scratch)
    _report(
        lifeline,
        protocol.Ended(
            fault=fault or watched.fault(),
            exceeded=watched.exceeded,
            exit_code=watched.exit_code,
            output=bytes(watched.output),
            dropped_bytes=watched.dropped_bytes,
            peak_bytes=watched.peak_bytes,
        ),
    )
    os._exit(0)


def _keep_to_processors(count: int) -> None:
    """Keep the worker to as many processors as it was given; the filter of system calls refuses to leave them."""
    if hasattr(os, "sched_setaffinity"):
        there = sorted(os.sched_getaffinity(0))
        if len(there) > count:
            os.sched_setaffinity(0, random.SystemRandom().sample(there, count))


def _report(lifeline: socket.socket, report: protocol.Report) -> None:
    with contextlib.suppress(OSError):  # where the harness has gone there is nobody to tell
        protocol.send(lifeline, report)


def _become_worker(
    spawn: protocol.Spawn, descriptors: tuple[int, int, int, int], scratch: str, namespaces: bool
) -> NoReturn:
    try:
        try:
            confine.keep_descriptors(descriptors)
            confine.confine(spawn, scratch, namespaces=namespaces)
        except OSError as error:
            os.write(confine.READY_FD, str(error).encode())
            os._exit(1)
        os.write(confine.READY_FD, _READY)
        os.close(confine.READY_FD)
        from grader.worker.execution import serve

        serve(socket.socket(fileno=confine.CHANNEL_FD), spawn.threads, spawn.gpu_share)
    finally:
        os._exit(1)


def _until_ready(ready_end: int) -> str:
    """Wait until the worker is confined; returns why it could not be, or nothing."""
    with os.fdopen(ready_end, "rb") as file:
        message = file.read()
    return (
        "" if message == _READY else f"a worker could not be confined: {message.decode(errors='replace') or 'it died'}"
    )


@dataclass(slots=True)
class _Watched:
    """A worker while it runs, and what is known of its end."""

    worker: int
    lifeline: socket.socket
    output_end: int
    spawn: protocol.Spawn
    processes: process_tree.Processes
    scratch: str
    """The folder that it writes to."""
    alone: bool = field(kw_only=True)
    """
    Whether it is in namespaces of its own: as process 1 of one no process in it can kill it, and its folder has a size.
    """
    counted: bool = field(kw_only=True)
    """Whether its processes must be counted here, since those of others belong to the same user."""
    output: bytearray = field(default_factory=bytearray)
    dropped_bytes: int = 0
    exit_code: int = 0
    peak_bytes: int = 0
    exceeded: _Limit = ""
    _told: bool = False
    _next_look: float = 0.0

    def until_it_ends(self) -> None:
        """Read output, obey the lifeline and hold the worker to its memory until it ends."""
        os.set_blocking(self.output_end, False)
        poll = select.poll()
        poll.register(self.lifeline, select.POLLIN)
        poll.register(self.output_end, select.POLLIN)
        pidfd = os.pidfd_open(self.worker) if hasattr(os, "pidfd_open") else None
        if pidfd is not None:
            poll.register(pidfd, select.POLLIN)
        inherited_bytes = self.processes.taken_by(self.worker).memory_bytes
        looks = self.spawn.tree_bytes or not self.alone or pidfd is None
        patience = _LOOK_MILLISECONDS if looks else None
        while True:
            ready = {descriptor for descriptor, _event in poll.poll(patience)}
            if self.lifeline.fileno() in ready:  # a Stop, or the harness has gone: both mean the same
                self._told = True
                return self._end()
            self.exceeded = self._exceeded_limit(inherited_bytes)
            if self.exceeded:
                return self._end()
            if (pidfd in ready or pidfd is None) and self._has_ended(os.WNOHANG):
                return None
            if self.output_end in ready and not self._read():
                poll.unregister(self.output_end)

    def _exceeded_limit(self, inherited_bytes: int) -> _Limit:
        """Return the limit that it has exceeded, of those that nothing stronger holds."""
        if self.spawn.tree_bytes or self.counted:
            taken = self.processes.taken_below(self.worker)
            if self.counted and taken.tasks > self.spawn.processes:
                return "processes"
            if self.spawn.tree_bytes and taken.memory_bytes - inherited_bytes > self.spawn.tree_bytes:
                return "memory"
        return "scratch" if self._wrote_too_much() else ""

    def _wrote_too_much(self) -> bool:
        """Look at what was written; as the writer must wait meanwhile, at most for a tenth of the time."""
        if self.alone or time.monotonic() < self._next_look:
            return False
        started = time.monotonic()
        within = scratch_folder.is_within(self.scratch, self.spawn.scratch_bytes)
        ended = time.monotonic()
        self._next_look = ended + 10 * (ended - started)
        return not within

    def look_once_more(self) -> None:
        """Find what was written since the last look, and read the output that is still in the pipe."""
        self._next_look = 0.0
        if not self.exceeded and self._wrote_too_much():
            self.exceeded = "scratch"
        while self._read():
            pass

    def fault(self) -> str:
        """Say what the machine did to the worker that neither it nor its limits can have done, or nothing."""
        if self.exit_code == -signal.SIGKILL and self.alone and not self._told and not self.exceeded:
            return "a worker was killed from outside: is this machine short of memory?"
        return ""

    def _end(self) -> None:
        """Kill the worker, and where it has no pid namespace at least its process group; the rest is looked for later."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self.worker, signal.SIGKILL)
        if not self.alone:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.worker, signal.SIGKILL)
        self._has_ended(0)

    def _has_ended(self, options: int) -> bool:
        pid, status, usage = os.wait4(self.worker, options)
        if not pid:
            return False
        self.exit_code = os.waitstatus_to_exitcode(status)
        self.peak_bytes = usage.ru_maxrss * _UNIT_OF_MAXRSS
        spent = usage.ru_utime + usage.ru_stime > self.spawn.cpu_seconds - _CLOCK_SECONDS
        if self.exit_code == -signal.SIGXCPU or (self.exit_code == -signal.SIGKILL and spent and not self._told):
            self.exceeded = self.exceeded or "cpu"
        return True

    def _read(self) -> bool:
        """Read a piece of output; returns whether there was one."""
        try:
            piece = os.read(self.output_end, 1 << 16)
        except BlockingIOError:
            return False
        room = max(self.spawn.output_bytes - len(self.output), 0)
        self.output += piece[:room]
        self.dropped_bytes += len(piece) - len(piece[:room])
        return bool(piece)
