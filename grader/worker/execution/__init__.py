"""Answer requests by running student code.  UNTRUSTED SIDE."""

from grader.worker.execution.answer import Responder, serve
from grader.worker.execution.exceptions import raised

__all__ = ["Responder", "raised", "serve"]
