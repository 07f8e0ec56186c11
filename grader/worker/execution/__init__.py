"""Answer requests by running student code.  UNTRUSTED SIDE."""

from grader.worker.execution.answer import Session, serve
from grader.worker.execution.exceptions import raised

__all__ = ["Session", "raised", "serve"]
