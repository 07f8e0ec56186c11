"""Describe an exception of student code for the harness.  UNTRUSTED SIDE."""

from __future__ import annotations

import linecache
import os
import traceback

from grader import protocol
from grader.worker.execution import program


def raised(error: BaseException) -> protocol.Raised:
    """Describe an exception: its types, its text and the lines of the submission that it passed through."""
    types_ = tuple(kind.__name__[: protocol.MAX_NAME] for kind in type(error).__mro__[:20] if kind is not object)
    trace = []
    for frame in traceback.extract_tb(error.__traceback__):
        if program.is_of_submission(frame.filename):
            linecache.checkcache(frame.filename)
            line = (frame.line or "").strip()[:200]
            where = os.path.relpath(frame.filename, program.folder())
            trace.append(f"{where}, line {frame.lineno}, in {frame.name}: {line}")
    return protocol.Raised(
        types_,
        _text_of(error),
        tuple(line[: protocol.MAX_TEXT] for line in trace[-protocol.MAX_TRACE :]),
        getattr(error, "forbidden_operator", None),
    )


def _text_of(error: BaseException) -> str:
    try:
        if isinstance(error, SyntaxError) and error.filename is not None:  # of a compiler
            text = f"{error.msg[:1000]} ({os.path.basename(error.filename)}, line {error.lineno})"
        else:
            text = str(error)
        return protocol.sendable(text[: protocol.MAX_TEXT])[: protocol.MAX_TEXT]
    except BaseException:  # a submission's own __str__ may do anything
        return ""
