"""
The `docker` sandbox: a container for each submission, on the engine of this or another machine.

The harness talks to a process of its own, the pool (`pool.py`), as it would to a fork server; the pool makes containers ahead of
need and connects the harness with their workers over their standard input and output.  In a container runs the `local` sandbox:
workers of one submission are isolated from each other there as they are everywhere.
"""

from __future__ import annotations

import os
import sys

from grader import protocol
from grader.sandbox.base import Sandbox
from grader.sandbox.cgroup import Cgroup
from grader.sandbox.docker import engine

_ENGINE_VARIABLES = ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONFIG", "HOME", "PATH", "LANG")


class Docker(Sandbox):
    """Containers by the Docker SDK: no network, a read-only root, no capabilities, nothing of this machine mounted."""

    name = "docker"
    best_effort = True  # what the engine's filter refuses is held by other means; the conformance suite says whether

    image = engine.WORKER_IMAGE

    def open(self, device: str = "cpu") -> None:
        """
        Start the pool, which makes a container.

        Raises:
            EngineError: If no engine answers, or it has no image of this very grader's workers.
            SandboxFault: If the pool cannot be started.
        """
        if self._control is None:
            client = engine.connect()
            try:
                engine.find_image(client, self.image)
            finally:
                client.close()
        super().open(device)

    def command(self, control: int, device: str) -> list[str]:
        """Return the command line of the pool."""
        pool = [sys.executable, "-P", "-m", "grader.sandbox.docker.pool"]
        return [*pool, str(control), self.image, device, str(self.threads), *self._packages]

    def environment(self) -> dict[str, str]:
        """Return what leads the pool to the engine; a container gets nothing of it."""
        return {name: os.environ[name] for name in _ENGINE_VARIABLES if name in os.environ}

    def group(self) -> Cgroup | None:
        """Make none: the engine makes one for each container."""
        return None

    @property
    def memory_held_by(self) -> str:
        """Name what holds the memory of all processes of a worker together."""
        return "its supervisor, within its container"

    def next_submission(self, *, more: bool) -> None:
        """
        Take a fresh container where this one has held a submission.

        Args:
            more: Whether others will follow, for which another one should be made meanwhile.

        Raises:
            SandboxFault: If the pool is not there.
        """
        self._order(protocol.NextSubmission(more=more))
