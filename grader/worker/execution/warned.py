"""
Let warnings point at the line of the submission that caused them.  UNTRUSTED SIDE.

Python blames the caller, some frames up, and between a student's line and torch there may be frames of this package, which run
what was written for a GPU on the processor, watch a loop, or make the call in the first place.
"""

from __future__ import annotations

import os
import sys
import warnings
from types import FrameType

from grader.worker.execution import program

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def point_at_the_submission() -> None:
    """Let warnings that would name a line of this package name that of the submission, whatever shows or records them."""
    show = warnings._showwarnmsg  # type: ignore[attr-defined]

    def show_where_it_is(message: warnings.WarningMessage) -> None:
        if message.filename.startswith(_HERE):
            frame = _nearest(sys._getframe(1))
            if frame is None:  # nothing of the submission runs: it is for nobody to read
                return
            message.filename, message.lineno = frame.f_code.co_filename, frame.f_lineno
        show(message)

    warnings._showwarnmsg = show_where_it_is  # type: ignore[attr-defined]


def _nearest(frame: FrameType | None) -> FrameType | None:
    """Return the innermost frame of a file of the submission."""
    while frame is not None and not program.is_of_submission(frame.f_code.co_filename):
        frame = frame.f_back
    return frame
