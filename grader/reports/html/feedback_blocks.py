"""
What each student of a class is told, in blocks that are stored once however many are told the same.

A block is the markup of a check, of the heading of an exercise, or of what is said of the whole submission; a page of a student
is a list of blocks.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from grader.model import GradedSubmission
from grader.reports.html.shown import shown
from grader.reports.html.templates import written

_TEMPLATE = "class.html.jinja"


class Blocks:
    """All blocks of a class."""

    def __init__(self) -> None:
        """Begin with none."""
        self._numbers: dict[str, int] = {}

    def of(self, graded: GradedSubmission) -> tuple[int, ...]:
        """Return the numbers of the blocks that a student's page is made of."""
        return tuple(self._numbers.setdefault(block, len(self._numbers)) for block in _written(graded))

    @property
    def every(self) -> tuple[Markup, ...]:
        """All of them, by their number."""
        return tuple(map(Markup, self._numbers))


def _written(graded: GradedSubmission) -> Iterator[str]:
    whole = shown(graded)
    yield written(_TEMPLATE, "whole", shown=whole)
    for exercise in whole.exercises:
        yield written(_TEMPLATE, "exercise", one=exercise)
        for check in exercise.checks:
            yield written(_TEMPLATE, "check", one=check)
    if graded.notes:
        yield written(_TEMPLATE, "remarks", notes=graded.notes)
