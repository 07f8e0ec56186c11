"""
Several submissions as a page, for staff: what is not graded, the scores, the checks, the mistakes, and every student.

Without script it is a page with tables; with it the table of students can be sorted and filtered, and opens what each was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.model import GradedSubmission, Refused
from grader.reports import details
from grader.reports.called import NOT_KNOWN, Names, called
from grader.reports.html.class_facts import Facts, Key, facts, percent
from grader.reports.html.document import document
from grader.reports.html.feedback_blocks import Blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One student in the table."""

    name: str
    title: str
    """Of the assignment."""
    score: str
    percent: float
    """-1 where there is no score, so that these come first."""
    state: str
    """`none` where there is no score, `fix` where something is to fix, `fine` else."""
    lost: tuple[str, ...]
    """Mistakes, and checks that nothing explains."""
    to_fix: int
    """How many checks."""
    filters: tuple[str, ...]
    """Marks of the checks that did not pass, and of the mistakes."""
    blocks: tuple[int, ...]
    """What the student was told; empty for what could not be read."""
    pending: int = 0
    """How many points wait for staff."""
    page: str = ""
    """Where the student's own page lies, as a link; empty where there is none."""


def encode(
    gradings: Sequence[GradedSubmission],
    refused: Sequence[Refused] = (),
    pages: Sequence[str] = (),
    names: Names = NOT_KNOWN,
) -> bytes:
    """
    Write a class as a page: UTF-8, one file.

    Args:
        pages: Links to the page of each, in order, those of what could not be read last; or none at all.
        names: Of students, by the names of submissions, as far as somebody knows them.
    """
    shown = called(gradings, refused, names)
    gradings = [replace(graded, submission=shown[graded.submission]) for graded in gradings]
    refused = [replace(one, name=shown[one.name]) for one in refused]
    counted, blocks = facts(gradings), Blocks()
    marks = _marks(counted)
    rows = [*(_row(graded, blocks, marks) for graded in gradings), *map(_refused_row, refused)]
    if pages:
        rows = [replace(row, page=page) for row, page in zip(rows, pages, strict=True)]
    title = ", ".join(counted.titles) or "Nothing is graded"
    return document(
        "class.html.jinja",
        f"{title}: {len(gradings) + len(refused)} submissions",
        style="class.css",
        script="class.js",
        title=title,
        facts=counted,
        marks=marks,
        highest=max(bin.count for bin in counted.bins),
        rows=sorted(rows, key=lambda row: (row.state != "none", row.name.casefold())),
        ungraded=[graded for graded in gradings if graded.ungraded],
        refused=refused,
        has_pages=bool(pages),
        blocks=blocks.every,
    )


def _marks(counted: Facts) -> dict[Key, str]:
    """Return short marks for checks and mistakes, by which the table is filtered; no check is called like a mistake."""
    rates = {rate.key: f"c{number}" for number, rate in enumerate(counted.rates)}
    return rates | {_mistake(one.key): f"m{number}" for number, one in enumerate(counted.explanations)}


def _mistake(key: Key) -> Key:
    return key[0], f"mistake {key[1]}"


def _row(graded: GradedSubmission, blocks: Blocks, marks: dict[Key, str]) -> Row:
    lost = graded.to_fix
    mistakes = dict.fromkeys(check.feedback.misconception for check in lost if check.feedback)
    named = [name for name in mistakes if name is not None]
    unexplained = [check.name for check in lost if check.feedback is None or check.feedback.misconception is None]
    keys = [(graded.assignment, check.name) for check in lost] + [_mistake((graded.assignment, name)) for name in named]
    return Row(
        name=graded.submission,
        title=graded.title,
        score=_score(graded),
        percent=-1 if graded.ungraded else round(percent(graded), 1),
        state="none" if graded.ungraded else "fix" if lost else "fine",
        lost=(*named, *unexplained),
        to_fix=len(lost),
        filters=tuple(marks[key] for key in keys),
        blocks=blocks.of(graded),
        pending=details.pending(graded),
    )


def _score(graded: GradedSubmission) -> str:
    """Return the score as its cell has it: after policy, where a gradebook says what that is."""
    if graded.final is not None:
        return graded.final.says
    return "ungraded" if graded.ungraded else f"{graded.score.earned}/{graded.score.possible}"


def _refused_row(one: Refused) -> Row:
    return Row(
        name=one.name,
        title="",
        score="not graded",
        percent=-1,
        state="none",
        lost=("could not be read",),
        to_fix=0,
        filters=(),
        blocks=(),
    )
