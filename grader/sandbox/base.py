"""
One interface for every sandbox: it forks workers, a worker answers requests.

    Sandbox (bubblewrap, local, docker)    Worker (worker.py)
      open()    start the fork server        ask(request)   a reply, or a typed error
      worker()  fork one, in milliseconds    end()          what it printed
      close()
"""

from __future__ import annotations

import abc
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import weakref
from types import TracebackType
from typing import Protocol, Self

from grader import protocol
from grader.errors import SandboxFault
from grader.protocol import Limits
from grader.sandbox import cgroup
from grader.sandbox.cgroup import Cgroup
from grader.sandbox.visible import Visible, python_path, visible_files
from grader.sandbox.worker import OnProgress, Worker, WorkerEnd, ignore_progress

_CPU_SLACK_SECONDS = 2.0
"""Processor time beyond what the time limits allow: it only ends what they have not."""


class Answering(Protocol):
    """Something that answers requests as a worker does."""

    def ask(self, request: protocol.Request, on_progress: OnProgress = ignore_progress) -> protocol.Reply:
        """Answer one request."""

    def end(self) -> WorkerEnd:
        """Answer no more; returns what is known of the end."""


class Workers(Protocol):
    """Something that gives workers: a sandbox, or a cache of answers."""

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Answering:
        """Return a fresh one."""

    def warm(self, preload: tuple[str, ...]) -> None:
        """Prepare for workers that have imported *preload*, while something else is done."""

    def renew(self) -> None:
        """Start anew what the workers come from."""


class WorkerHost(Workers, Protocol):
    """Workers, and what a report says of where they run."""

    name: str
    threads: int

    @property
    def memory_held_by(self) -> str:
        """Name what holds the memory of all processes of a worker together."""


class Sandbox(abc.ABC):
    """A fork server and the workers that are forked from it."""

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
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the sandbox

    @abc.abstractmethod
    def command(self, control: int, device: str) -> list[str]:
        """Return the command line of the fork server, which inherits the descriptor *control*."""

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
        """Return all that the fork server, and so every worker, inherits."""
        return _environment(self.imports_from())

    def group(self) -> Cgroup | None:
        """Make the control group that holds the memory of workers; None where there can be none."""
        return cgroup.make()

    def next_submission(self, *, more: bool) -> None:  # noqa: B027 - a sandbox of this machine has nothing to do
        """Make sure that nothing of one submission reaches the next; where it has had only workers, there is nothing to do."""

    def open(self, device: str = "cpu") -> None:
        """
        Start the fork server; returns at once, before it is ready.

        Raises:
            SandboxFault: If the program that makes the sandbox cannot be started.
        """
        if self._control is not None:
            return
        self._device = device
        self._opened_by = os.getpid()
        control, server_end = socket.socketpair()
        with server_end:
            command = self.command(server_end.fileno(), device)
            if shutil.which(command[0]) is None:
                control.close()
                raise SandboxFault(f"the sandbox `{self.name}` could not be started: no program {command[0]}")
            self._group = self.group()
            if self._group is not None:
                command = self._group.entering(command)
            try:
                self._process = subprocess.Popen(
                    command,
                    env=self.environment(),
                    pass_fds=(server_end.fileno(),),
                    cwd="/",  # a worker need not know where the harness runs; a shell would pass it on
                    stdin=subprocess.DEVNULL,
                    stdout=self._stderr,
                    stderr=self._stderr,
                    start_new_session=True,  # Ctrl-C is for the harness, which closes the sandbox itself
                )
            except OSError as error:
                control.close()
                self._end()
                raise SandboxFault(f"the sandbox `{self.name}` could not be started: {error}") from None
        self._control = control

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Worker:
        """
        Fork a worker that has imported *preload*.

        Raises:
            SandboxFault: If the fork server is not there, or cannot confine a worker.
        """
        worker = self._spawn(limits, preload)
        worker.start()
        return worker

    def warm(self, preload: tuple[str, ...]) -> None:
        """Let the fork server import *preload* while this process does something else."""
        self._spawn(Limits(), preload).abandon()

    def _spawn(self, limits: Limits, preload: tuple[str, ...]) -> Worker:
        if self._control is None:
            self.open()
        channel, worker_end = socket.socketpair()
        lifeline, supervisor_end = socket.socketpair()
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
        worker = Worker(channel, lifeline, limits, self._last_message, group, cpu_seconds)
        self._workers.add(worker)
        with worker_end, supervisor_end:
            try:
                self.fork(spawn, worker_end, supervisor_end)
            except SandboxFault:
                worker.abandon()
                raise
        return worker

    def fork(self, spawn: protocol.Spawn, channel: socket.socket, lifeline: socket.socket) -> None:
        """
        Let the fork server fork a worker that holds these ends of its channel and its lifeline.

        Raises:
            SandboxFault: If the fork server is not there.
        """
        self._order(spawn, (channel.fileno(), lifeline.fileno()))

    def _order(self, order: protocol.Order, descriptors: tuple[int, ...] = ()) -> None:
        assert self._control is not None  # it is open: nothing is ordered before
        try:
            protocol.send(self._control, order, descriptors)
        except OSError:
            raise SandboxFault(f"the sandbox `{self.name}` has ended: {self._last_message()}") from None

    def _last_message(self) -> str:
        self._stderr.seek(0)
        lines = self._stderr.read(100_000).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"

    def renew(self) -> None:
        """
        Start a fork server anew; raises as `open` does.

        In a fork of the process that opened the sandbox the old one is left to that process.
        """
        self._end()
        self.open(self._device)

    def has_ended(self) -> bool:
        """Return whether the fork server is gone although nobody closed the sandbox."""
        return self._process is not None and self._process.poll() is not None

    def close(self) -> None:
        """End the fork server and every worker."""
        self._end()
        self._stderr.close()

    def _end(self) -> None:
        """Let go of the fork server, and end it if it is this process's."""
        opened_here = self._opened_by == os.getpid()
        for worker in list(self._workers):
            worker.abandon()
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None and opened_here:
            try:
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._group is not None and opened_here:
            self._group.remove()
        self._process = self._group = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def worker_command(control: int, *arguments: str) -> list[str]:
    """Return the command of a fork server: the bare interpreter, without site-packages and without bytecode files."""
    python = sys._base_executable  # type: ignore[attr-defined]
    return [python, "-S", "-s", "-P", "-B", "-X", "utf8", "-m", "grader.worker", str(control), *arguments]


def _environment(python_path: tuple[str, ...]) -> dict[str, str]:
    """Return all that a worker inherits: one thread per worker, a fixed hash seed, no variable of the harness."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/tmp",
        "USER": "student",  # what asks for its user's name gets one, although no user is listed
        "PYTHONPATH": os.pathsep.join(python_path),
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MPLBACKEND": "Agg",
        "TORCHDYNAMO_DISABLE": "1",  # torch.compile computes as written: a worker has no compiler, and no time for one
    }
