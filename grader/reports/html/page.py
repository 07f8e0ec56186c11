"""Which page results are: that of one submission, or that of a class."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model import GradedSubmission, Refused
from grader.reports.called import NOT_KNOWN, Names
from grader.reports.html import class_page, feedback_page


def encode(gradings: Sequence[GradedSubmission], refused: Sequence[Refused] = (), names: Names = NOT_KNOWN) -> bytes:
    """Write one submission as its feedback, and several, or what could not be read, as a class of students of these *names*."""
    if len(gradings) == 1 and not refused:
        return feedback_page.encode(gradings[0])
    return class_page.encode(gradings, refused, names=names)
