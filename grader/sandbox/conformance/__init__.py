"""Attack a sandbox and report which of its promises hold."""

from grader.sandbox.conformance.remembered import held_lately, remember
from grader.sandbox.conformance.suite import STARTS, Held, broken, run

__all__ = ["STARTS", "Held", "broken", "held_lately", "remember", "run"]
