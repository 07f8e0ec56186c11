"""The processes of a sandbox, as the kernel tells."""

from __future__ import annotations

import psutil

from grader.sandbox import Sandbox


def processes_below(sandbox: Sandbox) -> list[int]:
    """Return the processes of a sandbox, parents before children."""
    assert sandbox._process is not None
    return [sandbox._process.pid, *descendants(sandbox._process.pid)]


def descendants(pid: int) -> list[int]:
    """Return the processes below *pid*, parents before children; none if it has ended."""
    try:
        return [process.pid for process in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
