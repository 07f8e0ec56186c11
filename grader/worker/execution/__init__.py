"""Answer requests by running student code.  UNTRUSTED SIDE."""

from grader.worker.execution.answer import Responder, serve
from grader.worker.execution.exceptions import raised
from grader.worker.execution.imports import load_torch

__all__ = ["Responder", "load_torch", "raised", "serve"]
