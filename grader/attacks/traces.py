"""
What a grading could leave behind on this machine, counted before and after: the audit and the soak demand no difference.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import psutil

from grader.sandbox import cgroups_of

_OF_ENGINES = (
    "/var/lib/docker",
    "/run/docker",
    "/var/lib/containerd",
    "/run/containerd",
    "/var/lib/containers",
    "/run/netns",
)
"""Where engines mount what their containers, and other people's, see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What is there now of the kinds of things that workers, sandboxes and harness make."""

    processes: frozenset[str]
    """Processes below this one, and those of graders whose parent is gone, as `pid name`."""
    descriptors: frozenset[str]
    """Open file descriptors of this process, as `number target`."""
    mounts: frozenset[str]
    folders: frozenset[str]
    """Temporary files and folders of ours, and everything in shared memory."""
    groups: frozenset[str]
    """Control groups."""
    kernel_objects: frozenset[str]
    """System V shared memory, semaphores and message queues."""

    def beyond(self, before: Traces) -> tuple[str, ...]:
        """Name what is there now and was not *before*."""
        return tuple(
            f"{field.name.replace('_', ' ')}: {entry}"
            for field in fields(self)
            for entry in sorted(getattr(self, field.name) - getattr(before, field.name))
        )


def traces() -> Traces:
    """Look at this machine; where something cannot be looked at, as on macOS, nothing of it is seen."""
    return Traces(
        processes=frozenset(_processes()),
        descriptors=frozenset(_descriptors()),
        mounts=frozenset(line for line in _lines("/proc/self/mounts") if not line.split()[1].startswith(_OF_ENGINES)),
        folders=frozenset(
            str(path)
            for folder, pattern in (
                (tempfile.gettempdir(), f"grader-{os.getpid()}-*"),
                (tempfile.gettempdir(), "grader-scratch-*"),
                ("/dev/shm", "*"),
            )
            for path in Path(folder).glob(pattern)
            if not _in_use(path.name)
        ),
        groups=frozenset(map(str, cgroups_of(os.getpid()))),
        kernel_objects=frozenset(_kernel_objects()),
    )


def _in_use(name: str) -> bool:
    """Return whether a folder is that of a worker whose supervisor, which it is named for, is still there to remove it."""
    kind, _, rest = name.partition("scratch-")
    supervisor = rest.partition("-")[0]
    return kind == "grader-" and supervisor.isdigit() and psutil.pid_exists(int(supervisor))


def _lines(path: str) -> Iterator[str]:
    try:
        yield from Path(path).read_text(errors="replace").splitlines()
    except OSError:
        return


def _kernel_objects() -> Iterator[str]:
    """Yield what is shared by its key, without what changes while it is used, and without that of programs that still run."""
    below = {process.pid for process in psutil.Process().children(recursive=True)}
    for kind in ("shm", "sem", "msg"):
        header, *lines = list(_lines(f"/proc/sysvipc/{kind}")) or [""]
        columns = header.split()
        for line in lines:
            values = dict(zip(columns, line.split(), strict=False))
            creator = int(values.get("cpid", 0))  # known of shared memory alone
            if creator and creator not in below and psutil.pid_exists(creator):
                continue  # a database's, for one
            yield f"{kind} {values[columns[1]]} of user {values.get('uid', '?')}"


def _descriptors() -> Iterator[str]:
    try:
        numbers = os.listdir("/proc/self/fd")
    except OSError:
        return
    for number in numbers:
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except OSError:  # the one that lists them
            continue
        yield f"{number} {target.partition(':')[0]}"


def _processes() -> Iterator[str]:
    below = {process.pid for process in psutil.Process().children(recursive=True)}
    for process in psutil.process_iter(["ppid", "name", "cmdline"]):
        known = process.info
        is_worker = any("grader.worker" in word for word in known["cmdline"] or ())
        if process.pid in below or (is_worker and known["ppid"] == 1):
            yield f"{process.pid} {'a worker' if is_worker else known['name']}"
