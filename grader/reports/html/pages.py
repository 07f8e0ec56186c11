"""
A page for every student of a class, and the page of the class, which leads to them.

A page is called like its submission (`file_name.of`), so that each can be given its own; links are
names of files beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from grader.errors import UsageError
from grader.model import GradedSubmission, Refused
from grader.reports import file_name
from grader.reports.called import Names
from grader.reports.html import class_page, feedback_page
from grader.reports.html.document import document

INDEX = "index.html"
_ENDING = ".html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """What pages are made of."""

    for_students: Sequence[GradedSubmission]
    """As each reads their own."""
    for_index: Sequence[GradedSubmission]
    """The same, in the same order, as the page of the class shows them."""
    refused: Sequence[Refused]
    names: Names = field(default_factory=dict)
    """Of students, by the names of submissions, for the page of the class."""


def pages(whole: Class) -> Iterator[tuple[str, bytes]]:
    """
    Yield the name and content of every page, that of the class last.

    Raises:
        UsageError: If two submissions would have one page.
    """
    slugs = {graded.assignment for graded in whole.for_students}
    several = len(slugs) > 1
    of_graded = [
        _name(f"{graded.submission}_{graded.assignment}" if several else graded.submission)
        for graded in whole.for_students
    ]
    of_refused = [_name(one.name) for one in whole.refused]
    names = [*of_graded, *of_refused]
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise UsageError(f"two results would be the page {twice}: give those of one grading at a time")
    for name, graded in zip(of_graded, whole.for_students, strict=True):
        yield name, feedback_page.encode(graded)
    slug = next(iter(slugs)) if len(slugs) == 1 else ""
    for name, one in zip(of_refused, whole.refused, strict=True):
        yield name, document("refused.html.jinja", f"{one.name}: not graded", one=one, slug=slug)
    yield INDEX, class_page.encode(whole.for_index, whole.refused, tuple(map(_link, names)), whole.names)


def _name(submission: str) -> str:
    """Name the page of a submission, which is never the index."""
    return file_name.of(submission, _ENDING, is_taken=(submission + _ENDING).casefold() == INDEX)


def _link(name: str) -> str:
    return quote(name, safe="")
