"""
Measure and end all processes of a worker, where no kernel object does it.  UNTRUSTED SIDE; runs no student code.

With a pid namespace the kernel ends them together, and with a control group it counts their memory together.  Here both are done
by looking: at /proc, some fifty times a second.

Source: proc(5), prctl(2) for PR_SET_CHILD_SUBREAPER.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from grader.worker.confinement.kernel import prctl

_PR_SET_CHILD_SUBREAPER = 36
_COUNTED = (b"RssAnon", b"RssShmem", b"Threads")
"""Lines of /proc/PID/status."""
_END_SECONDS = 5.0
"""How long processes may take to die; one in an uninterruptible system call may take that long."""


def adopt_orphans() -> None:
    """Let every descendant whose parent ends become a child of this process, whatever session or group it made for itself."""
    if sys.platform == "linux":
        prctl(_PR_SET_CHILD_SUBREAPER, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What processes take of a machine."""

    memory_bytes: int
    """Resident memory that belongs to no file on disk."""
    tasks: int
    """Threads, which is what the kernel's limit on processes counts."""


class Processes:
    """The processes of this machine, as /proc tells: of the /proc that was there when this was made."""

    def __init__(self) -> None:
        """Hold on to /proc, which the worker covers, for its supervisor as well."""
        try:
            self._proc: int | None = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:  # as on macOS: then nothing is seen, and the conformance suite says what does not hold
            self._proc = None

    def taken_by(self, pid: int) -> Taken:
        """Return what a process takes; nothing if it is gone."""
        try:
            lines = self._read(f"{pid}/status").split(b"\n")
        except OSError:
            return Taken(memory_bytes=0, tasks=0)
        counted = {
            name: int(value.split()[0])
            for name, _, value in (line.partition(b":") for line in lines)
            if name in _COUNTED
        }
        kilobytes = counted.get(b"RssAnon", 0) + counted.get(b"RssShmem", 0)
        return Taken(memory_bytes=kilobytes * 1024, tasks=counted.get(b"Threads", 0))

    def taken_below(self, root: int) -> Taken:
        """
        Return what *root* and its descendants take together.

        What children share with it is counted for each of them: nobody can tell from outside whether they still do.
        """
        taken = [self.taken_by(pid) for pid in (root, *self.below(root))]
        return Taken(memory_bytes=sum(one.memory_bytes for one in taken), tasks=sum(one.tasks for one in taken))

    def below(self, root: int) -> tuple[int, ...]:
        """Return the descendants of *root*."""
        children: dict[int, list[int]] = {}
        for pid, parent in self._parents():
            children.setdefault(parent, []).append(pid)
        found: list[int] = []
        waiting = [root]
        while waiting:
            below = children.get(waiting.pop(), [])
            found += below
            waiting += below
        return tuple(found)

    def end_below(self) -> None:
        """Kill every descendant of this process, however fast they fork, and collect them."""
        deadline = time.monotonic() + _END_SECONDS
        while (left := self.below(os.getpid())) and time.monotonic() < deadline:
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            time.sleep(0.002)

    def _parents(self) -> Iterator[tuple[int, int]]:
        """Yield each process with its parent."""
        for name in [] if self._proc is None else os.listdir(self._proc):
            if name.isdigit():
                with contextlib.suppress(OSError, ValueError):
                    # the name in brackets may itself hold brackets and spaces
                    yield int(name), int(self._read(f"{name}/stat").rpartition(b")")[2].split()[1])

    def _read(self, path: str) -> bytes:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._proc)
        try:
            return os.read(descriptor, 4096)
        finally:
            os.close(descriptor)
