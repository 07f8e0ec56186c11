"""
What came of one question to a submission's network: several checks read it later, and each is told of it as if it had asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grader.errors import StudentFault, WorkerLost
from grader.proxy import Model, RemoteName, Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A run, or why there is none."""

    call: str
    """The question, as a student reads it."""
    outcome: Run | StudentFault | WorkerLost

    def received(self, network: RemoteName) -> Run:
        """Return the run; raises what came instead."""
        network.session.last_call = self.call
        if isinstance(self.outcome, Run):
            return self.outcome
        raise self.outcome.with_traceback(None)


class Asking:
    """Questions to one network that is built once; a worker that is lost costs the questions after it nothing."""

    def __init__(self, network: RemoteName, build: Callable[[RemoteName], Model]) -> None:
        """Build it, in a worker of its own: several large networks at once would not fit."""
        self._network = network
        self._build = build
        self._model = self._built_anew()
        self._is_lost = False

    def _built_anew(self) -> Model:
        self._network.session.renew()
        return self._build(self._network)

    def attempt(self, ask: Callable[[Model], Run]) -> Attempt:
        """Ask, and keep what comes of it."""
        outcome: Run | StudentFault | WorkerLost
        try:
            if self._is_lost:
                self._model = self._built_anew()
            self._is_lost = False
            outcome = ask(self._model)
        except (StudentFault, WorkerLost) as error:
            outcome = error
            self._is_lost = isinstance(error, WorkerLost)
        return Attempt(call=self._network.session.last_call, outcome=outcome)
