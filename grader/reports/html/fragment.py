"""
Results as one fragment for a notebook or a web page, which needs no other file.

Colours only repeat what words say, and none of them is the colour of text: text has that of the page, light or dark.
"""

from __future__ import annotations

from grader.model import Assignment, GradedSubmission
from grader.reports.html.shown import Medium, shown
from grader.reports.html.templates import written

_TEMPLATE = "fragment.html.jinja"


def one(graded: GradedSubmission) -> str:
    """Return one submission as an HTML fragment: score, exercises, checks, feedback on those that did not pass."""
    return written(_TEMPLATE, "one", shown=shown(graded), medium=Medium())


def progress(assignment: Assignment, title: str, done: int, total: int) -> str:
    """
    Return a progress bar as an HTML fragment.

    Args:
        title: Sentence of the check that runs now.
        done: Checks that have ended.
        total: All checks; 0 if that is not known yet.
    """
    return written(_TEMPLATE, "progress", assignment=assignment, title=title, done=done, total=total)


def problem(text: str) -> str:
    """Return a sentence about what kept us from checking at all, as an HTML fragment."""
    return written(_TEMPLATE, "problem", text=text)
