"""The processes of a sandbox, as the kernel tells."""

from __future__ import annotations

from pathlib import Path

from grader.sandbox import Sandbox


def processes_below(sandbox: Sandbox) -> list[int]:
    """Return the processes of a sandbox, parents before children."""
    assert sandbox._process is not None
    return [sandbox._process.pid, *descendants(sandbox._process.pid)]


def descendants(pid: int) -> list[int]:
    """Return the processes below *pid*."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [below for child in map(int, children) for below in (child, *descendants(child))]
