"""
Where references run in tests: the builder of networks has one worker, which stays from session to session.

The diagnosis asks the builder about dozens of candidates.  When submissions are graded each of them gets a worker of its own,
which takes longer to fork and to load than what it is asked.  Every other file gets a fresh worker here too.
"""

from __future__ import annotations

import functools

from grader import protocol
from grader.checks.architectures.networks import BUILDER
from grader.protocol import Limits
from grader.sandbox import Answering, Local, OnProgress, Worker, WorkerEnd, ignore_progress


class OneForTheBuilder(Local):
    """The local sandbox, whose workers start when they load something."""

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Answering:  # type: ignore[override]
        """Return what starts a worker when it is known of which file, and takes the one that there is for the builder."""
        return _Starting(self, limits, preload)

    def fresh(self, limits: Limits, preload: tuple[str, ...]) -> Worker:
        """Start a worker."""
        return super().worker(limits, preload)

    @functools.cached_property
    def builder(self) -> _Builder:
        """The worker that builds networks."""
        return _Builder(self)


class _Builder:
    """One worker: handles count from 1 in each session, so that the modules of a session take the place of the last one's."""

    def __init__(self, sandbox: OneForTheBuilder) -> None:
        self._sandbox = sandbox
        self._worker: Worker | None = None
        self._loaded: protocol.Reply | None = None

    def load(self, limits: Limits, preload: tuple[str, ...], request: protocol.Load) -> protocol.Reply:
        """Load once, and answer every time."""
        if self._worker is None or self._loaded is None:
            self._worker = self._sandbox.fresh(limits, preload)
            self._loaded = self._worker.ask(request)
        return self._loaded

    def ask(self, request: protocol.Request, on_progress: OnProgress) -> protocol.Reply:
        """Ask it; after an error that ended it there is another one."""
        assert self._worker is not None
        try:
            return self._worker.ask(request, on_progress)
        except BaseException:
            self._worker.end()
            self._worker = None
            raise


class _Starting:
    """A worker of one session."""

    def __init__(self, sandbox: OneForTheBuilder, limits: Limits, preload: tuple[str, ...]) -> None:
        self._sandbox, self._limits, self._preload = sandbox, limits, preload
        self._own: Worker | None = None

    def ask(self, request: protocol.Request, on_progress: OnProgress = ignore_progress) -> protocol.Reply:
        """Ask the worker of this session, or the one of all that are about the builder."""
        if isinstance(request, protocol.Load):
            if request.main == BUILDER.name:
                return self._sandbox.builder.load(self._limits, self._preload, request)
            self._own = self._sandbox.fresh(self._limits, self._preload)
        if self._own is None:
            return self._sandbox.builder.ask(request, on_progress)
        return self._own.ask(request, on_progress)

    def end(self) -> WorkerEnd:
        """End it if it is of this session alone; the other one ends with its sandbox."""
        return WorkerEnd(exit_code=0, output="", dropped_bytes=0) if self._own is None else self._own.end()
