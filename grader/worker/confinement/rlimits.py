"""
Bind a worker by resource limits, and let the kernel end it first.  UNTRUSTED SIDE; runs before student code does.

Sources: getrlimit(2), proc(5) for statm and oom_score_adj.
"""

from __future__ import annotations

import contextlib
import os
import resource

from grader.protocol import Spawn
from grader.worker.confinement.kernel import LINUX, PR_SET_DUMPABLE, prctl

_OTHERS = 4096
"""How many processes others of a worker's user may have, in this and in other containers; the supervisor counts its own."""


def address_space_bytes() -> int:
    """Return the address space that this process has taken; needs a /proc that shows it."""
    if not LINUX:
        return 0
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def counts_alone(*, namespaces: bool) -> bool:
    """Return whether a worker's user has no other processes: in a namespace of its own, or where root gives each a user."""
    return namespaces or os.geteuid() == 0


def limit_resources(spawn: Spawn, used_bytes: int, *, namespaces: bool) -> None:
    """
    Set every limit on resources for this process and all that it will start.

    Args:
        used_bytes: The address space that Python and torch have taken, which no limit of a submission counts.
        namespaces: Whether this process is in namespaces of its own.
    """
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: spawn.file_bytes,
        resource.RLIMIT_NOFILE: spawn.open_files,
        resource.RLIMIT_CPU: spawn.cpu_seconds,
    }
    if LINUX:
        if spawn.memory_bytes:
            limits[resource.RLIMIT_AS] = used_bytes + spawn.memory_bytes
        limits[resource.RLIMIT_NPROC] = spawn.processes + (0 if counts_alone(namespaces=namespaces) else _OTHERS)
        limits[resource.RLIMIT_MSGQUEUE] = 0
    for kind, value in limits.items():
        # past the soft limit of processor time a process may still ignore the signal, past the hard one it may not
        wanted = (value, value + 1) if kind == resource.RLIMIT_CPU else (value, value)
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, wanted if hard == resource.RLIM_INFINITY else (min(value, hard), min(wanted[1], hard)))


def be_first_to_be_killed() -> None:
    """Ask the kernel to end this process and its children before any other one, where a group of processes is short of memory."""
    if LINUX:
        prctl(PR_SET_DUMPABLE, 1)  # the file below belongs to root while a process is not dumpable
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
        prctl(PR_SET_DUMPABLE, 0)
