"""
Limits: what a worker may use, in the numbers that an assignment sets.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a sandbox enforces on the worker of one check."""

    request_seconds: float = 10.0
    """Longest that one request may take; the worker is killed after it."""
    check_seconds: float = 60.0
    """Longest that the worker may be busy in one check, all requests together."""
    memory_bytes: int = 2 * 1024**3
    """Memory that the worker and all that it starts may take together, beyond what Python and torch need themselves."""
    scratch_bytes: int = 64 * 1024**2
    """Size of the private temporary folder."""
    file_bytes: int = 32 * 1024**2
    """Largest file that may be written."""
    output_bytes: int = 16 * 1024
    """How much of stdout and stderr together is stored and shown."""
    reply_bytes: int = 64 * 1024**2
    """Largest reply that is read."""
    processes: int = 64
    """Processes and threads of the worker together."""
    submission_seconds: float = 3600.0
    """Longest that workers may be busy with a submission, all checks together; those that are left then time out at once."""
    longest_seconds: float = 3600.0
    """Longest that a check may set for itself, instead of the two time limits."""
    cpu_seconds: float = 0.0
    """Processor time of each process; 0 for as much as its processors can spend within check_seconds."""
    open_files: int = 256
    """Open file descriptors of one process."""
    seconds_factor: float = 1.0
    """What the seconds that a check sets for itself are multiplied by: above 1 where there is less than one processor."""
