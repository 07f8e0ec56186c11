"""
What each student of a class is told, in blocks that are stored once however many are told the same.

A block is the markup of a check, of the heading of an exercise, or of what is said of the whole submission; a page of a student
is a list of blocks, with what did not pass first.  In a block stands an empty `slot` where another one belongs: the title of a
check, or a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from grader.model import GradedSubmission, Outcome
from grader.reports.html.shown import Check, Medium, shown
from grader.reports.html.templates import written

_TEMPLATE = "class.html.jinja"
_BETWEEN = re.compile(r"(?<=>)\n{2,}(?=<)")
"""Blank lines between tags, which templates leave; none is a student's, who can write neither `<` nor `>`."""


class Blocks:
    """All blocks of a class."""

    def __init__(self) -> None:
        """Begin with none."""
        self._numbers: dict[str, int] = {}

    def of(self, graded: GradedSubmission) -> tuple[int, ...]:
        """Return the numbers of the blocks that a student's page is made of."""
        return tuple(map(self._number, _written(graded, Medium(draws=True, store=self._slot))))

    @property
    def every(self) -> tuple[Markup, ...]:
        """All of them, by their number."""
        return tuple(map(Markup, self._numbers))

    def _number(self, block: str) -> int:
        return self._numbers.setdefault(_BETWEEN.sub("\n", block.strip()), len(self._numbers))

    def _slot(self, block: Markup) -> Markup:
        return Markup('<slot name="{}"></slot>').format(self._number(block))


def _is_fine(check: Check) -> bool:
    """Return whether nothing is to be read about a check."""
    return check.result.outcome in (Outcome.PASSED, Outcome.SKIPPED)


def _written(graded: GradedSubmission, medium: Medium) -> Iterator[str]:
    whole = shown(graded)
    yield written(_TEMPLATE, "whole", shown=whole, medium=medium, is_for_staff=bool(graded.seed))  # no student has it
    for exercise in sorted(whole.exercises, key=lambda one: all(map(_is_fine, one.checks))):
        yield written(_TEMPLATE, "exercise", one=exercise)
        # those that are not keep their order: `as above` stays true
        for check in sorted(exercise.checks, key=_is_fine):
            yield written(_TEMPLATE, "check", one=check, medium=medium)
    if graded.notes:
        yield written(_TEMPLATE, "remarks", notes=graded.notes)
