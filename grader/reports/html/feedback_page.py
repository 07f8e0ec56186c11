"""
One submission as a page, for who handed it in: the score, what to do next, then every check with what it found.

It has no script.  What several checks found is told at one of them, to which the others lead.
"""

from __future__ import annotations

from grader.model import GradedSubmission
from grader.reports.html.document import document
from grader.reports.html.shown import Medium, anchors, shown
from grader.reports.next_steps import next_steps


def encode(graded: GradedSubmission) -> bytes:
    """Write one submission as a page: UTF-8, one file."""
    return document(
        "feedback.html.jinja",
        f"{graded.submission}: {graded.title}",
        shown=shown(graded),
        steps=next_steps(graded),
        medium=Medium(anchors=anchors(graded), draws=True),
    )
