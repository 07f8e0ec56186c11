"""Attack a sandbox and report which of its promises hold."""

from grader.sandbox.conformance.suite import STARTS, Held, broken, run

__all__ = ["STARTS", "Held", "broken", "run"]
