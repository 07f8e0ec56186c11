"""
Control: what the harness and the fork server, or a worker's supervisor, say to each other.
"""

from __future__ import annotations

from typing import Literal

from grader.protocol.values import Message

MAX_CONTROL_BYTES = 1024**2


class Spawn(Message, frozen=True):
    """Fork a worker; two descriptors travel with it: the worker's channel and the supervisor's lifeline."""

    preload: tuple[str, ...]
    """Packages to import in the fork server before it forks, if it has not yet."""
    best_effort: bool
    """Whether to go on where the kernel refuses a namespace."""
    readable: tuple[str, ...]
    """Paths that Landlock leaves readable; empty for no Landlock."""
    memory_bytes: int
    """Address space of each process beyond what the fork server has; 0 for no limit."""
    tree_bytes: int
    """Memory of all processes together, watched by the supervisor; 0 where something stronger holds it."""
    cpu_seconds: int
    """Processor time of each process."""
    scratch_bytes: int
    file_bytes: int
    output_bytes: int
    threads: int
    """On how many processors it computes; it cannot leave them."""
    processes: int
    open_files: int
    gpu_share: float
    """How much of a GPU's memory PyTorch may take, where modules run on one; more than 0, up to 1 for all of it."""


class NextSubmission(Message, frozen=True):
    """What is asked for from now on belongs to another submission; for what makes a container for each."""

    more: bool
    """Whether others will follow."""


class Stop(Message, frozen=True):
    """Kill the worker now."""


class Started(Message, frozen=True):
    """The worker is confined and waits for requests; a message of its supervisor, as is Ended."""


class Ended(Message, frozen=True):
    """
    How a worker ended, a message of its supervisor, which never runs student code.

    Attributes:
        fault: What went wrong with the machine: the worker could not be confined, or was killed from outside; or empty.
        exceeded: The limit that it exceeded, as its supervisor saw it; or empty.
        exit_code: Exit code, or the negative number of the signal that ended it.
        output: What it wrote to stdout and stderr, up to the limit.
        dropped_bytes: How much more it wrote.
        peak_bytes: The most memory that it, or a process that it has waited for, had resident, as the kernel counts it.
    """

    fault: str
    exceeded: Literal["", "memory", "cpu", "scratch", "processes"]
    exit_code: int
    output: bytes
    dropped_bytes: int
    peak_bytes: int = 0


Order = Spawn | NextSubmission
Report = Started | Ended
