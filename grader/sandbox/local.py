"""
The `local` sandbox: no program needed; Landlock and namespaces where the kernel gives them, resource limits everywhere.

What really holds is found out by the conformance suite, not assumed.  Where the kernel gives nothing (macOS) it is
fit for students who check their own work, and `grade` refuses it.
"""

from __future__ import annotations

import functools

from grader.sandbox.base import Sandbox, worker_command
from grader.sandbox.visible import Visible


class Local(Sandbox):
    """The fork server as a plain child process whose workers confine themselves."""

    name = "local"
    best_effort = True

    def command(self, control: int, device: str) -> list[str]:
        """Return the command line of the fork server."""
        return worker_command(control, *_readable(self.sees()))

    def landlock(self) -> tuple[str, ...]:
        """Return every path that a worker may read."""
        return _readable(self.sees())


@functools.cache
def _readable(entries: tuple[Visible, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for entry in entries for part in entry.parts()))
