"""
How much of a machine this process may use: a container is often given less than a whole processor, and little memory.

A limit on time means what it says on a whole processor.  Where there is less than one, everything takes longer through no
fault of the submission, and `stretched` gives it that much longer.

Sources: Linux Documentation/admin-guide/cgroup-v2.rst (cpu.max, memory.max, memory.events), cgroup-v1/memory.rst
(memory.oom_control), scheduler/sched-bwc.rst (cpu.cfs_quota_us).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.protocol import Limits
from grader.sandbox.cgroup import kills_in, memberships

_NO_LIMIT_BYTES = 1 << 60
"""Version 1 writes the largest multiple of a page where there is no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What this process may use, together with all that it starts."""

    processors: float
    """How many; 0.5 for half of the time of one."""
    memory_bytes: int | None
    """None where nothing limits it."""

    @property
    def share(self) -> float:
        """How much of one processor there is, above 0 and at most 1."""
        return min(self.processors, 1.0)

    @property
    def threads(self) -> int:
        """On how many processors a worker can compute without being held up: whole ones, but at least one."""
        return max(int(self.processors), 1)


def current_quota(root: Path = Path("/")) -> Quota:
    """
    Read what the control groups of this process allow; where there are none, all processors.

    Args:
        root: What the paths start from, for tests.
    """
    processors = [float(_processors_of_machine())]
    memory: list[int] = []
    for folder in _groups(root):
        processors += _processors(folder)
        memory += _memory(folder)
    return Quota(processors=min(processors), memory_bytes=min(memory, default=None))


def killed_for_memory(root: Path = Path("/")) -> int:
    """
    Return how many processes the kernel has ended because the memory of a control group of this process had run out.

    Two readings that differ say that what ended in between may have ended through no fault of its own.
    """
    counts = [0]
    for folder in _groups(root):
        for name in ("memory.events", "memory.oom_control"):
            with contextlib.suppress(OSError, ValueError):
                counts.append(kills_in((folder / name).read_text()))
    return max(counts)


def stretched(limits: Limits, quota: Quota) -> Limits:
    """Return *limits* with each limit on wall time longer by as much as a processor of *quota* is slower than a whole one."""
    factor = 1 / quota.share
    return replace(
        limits,
        request_seconds=limits.request_seconds * factor,
        check_seconds=limits.check_seconds * factor,
        submission_seconds=limits.submission_seconds * factor,
        longest_seconds=limits.longest_seconds * factor,
        seconds_factor=limits.seconds_factor * factor,
    )


def _processors_of_machine() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _groups(root: Path) -> Iterator[Path]:
    """Yield the folders of all control groups that limit processors or memory of this process."""
    for group in memberships(root):
        if group.version == 2 or group.controllers & {"cpu", "memory"}:
            yield from group.upward()


def _processors(folder: Path) -> Iterator[float]:
    with contextlib.suppress(OSError, ValueError):
        quota, period = (folder / "cpu.max").read_text().split()
        yield from _ratio(quota, period)
    with contextlib.suppress(OSError, ValueError):
        yield from _ratio(
            (folder / "cpu.cfs_quota_us").read_text(),
            (folder / "cpu.cfs_period_us").read_text(),
        )


def _ratio(quota: str, period: str) -> Iterator[float]:
    if quota != "max" and int(quota) > 0 and int(period) > 0:
        yield int(quota) / int(period)


def _memory(folder: Path) -> Iterator[int]:
    for name in ("memory.max", "memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            limit = int((folder / name).read_text())
            if 0 < limit < _NO_LIMIT_BYTES:
                yield limit
