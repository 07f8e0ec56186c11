"""
Which name the feedback of each submission has in a zip that a course site takes back.

Canvas reads two numbers of each file, those of a user and of a file that they have handed in, so results must be called as
its download calls them.  It checks that the file is the user's.

Moodle reads the number of a participant, and nothing else: a group has a number of its own, which may be that of somebody.
Hence a worksheet says who is who, by the rules by which scores find their rows, and every member of a group gets the group's.

    Canvas  adalovelace_1001_777_feedback.html
    Moodle  Ada Lovelace_11_assignsubmission_file/feedback.html

Sources: instructure/canvas-lms, `app/models/abstract_assignment.rb` (`infer_comment_context_from_filename`); moodle/moodle,
`mod/assign/feedback/file/importziplib.php`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from grader.download_names import CANVAS, CANVAS_ANONYMOUS
from grader.model import GradedSubmission, Refused
from grader.reports.escape import one_line
from grader.reports.gradebook import matching, moodle
from grader.reports.gradebook.matching import Identity
from grader.reports.gradebook.numbers import one_assignment
from grader.reports.gradebook.sheet import Sheet

PAGE = "feedback.html"
_NUMBER = re.compile(r"[0-9]{1,18}")
_MAX_BYTES = 150
"""Of a name, which is there for people alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What comes into the zip."""

    results: tuple[tuple[str, GradedSubmission], ...]
    """By the names of their files."""
    unmatched: tuple[str, ...]
    """A sentence on each submission of which nobody knows whose feedback it is."""
    left_alone: tuple[str, ...]
    """A sentence on each that has no feedback yet."""
    missing: tuple[str, ...] = ()
    """Who has no result."""


def for_canvas(gradings: Sequence[GradedSubmission], refused: Sequence[Refused] = ()) -> Pages:
    """
    Name the feedback of a class as Canvas takes it.

    Raises:
        UsageError: If there are several assignments, or no results.
    """
    one_assignment(gradings)
    users: dict[str, Identity] = {}
    matched = matching.match(gradings, lambda name: _user(name, users), refused)
    results = [(_of_canvas(graded), graded) for graded in matched.rows.values()]
    return _pages(results, [*matched.problems, *_not_read(refused)])


def for_moodle(worksheet: Sheet, gradings: Sequence[GradedSubmission], refused: Sequence[Refused] = ()) -> Pages:
    """
    Name the feedback of a class as Moodle takes it.

    Raises:
        UsageError: If it is no grading worksheet, or there are several assignments, or no results.
    """
    placed = moodle.place(worksheet, gradings, refused)
    problems = [*placed.problems, *_not_read(refused)]
    results: dict[str, tuple[str, GradedSubmission]] = {}
    for one, graded in placed.results:
        number = one.number.lstrip("0") or "0"
        if _NUMBER.fullmatch(number) is None or number in results:
            shown = one_line(graded.submission)
            problems.append(f"{shown}: {worksheet.where(one.row, 0)} is no number of one participant; download it anew")
        else:
            name = _for_people(one.name or one.word)
            results[number] = (f"{name}_{number}_assignsubmission_file/{PAGE}", graded)
    return _pages(list(results.values()), problems, placed.missing)


def _pages(
    results: Sequence[tuple[str, GradedSubmission]], problems: Sequence[str], missing: tuple[str, ...] = ()
) -> Pages:
    ungraded = dict.fromkeys(one_line(graded.submission) for _name, graded in results if graded.ungraded)
    return Pages(
        results=tuple((name, graded) for name, graded in results if not graded.ungraded),
        unmatched=tuple(problems),
        left_alone=tuple(f"{name}: ungraded, so there is no feedback to give out; grade again" for name in ungraded),
        missing=missing,
    )


def _user(submission: str, users: dict[str, Identity]) -> Sequence[Identity] | str:
    """Return the user of Canvas whose download is called so, one for all submissions with their number."""
    if CANVAS_ANONYMOUS.fullmatch(submission):
        return "Canvas has taken the names out of this download; show them, and download it again"
    found = CANVAS.fullmatch(submission)
    if found is None or not _NUMBER.fullmatch(found["id"]) or not _NUMBER.fullmatch(found["file"]):
        return "this is not how Canvas calls what was handed in; grade the download of all submissions"
    number = found["id"].lstrip("0") or "0"
    return [
        users.setdefault(
            number, Identity(row=len(users), shown=f"user {number}", number=number, identifiers=frozenset())
        )
    ]


def _of_canvas(graded: GradedSubmission) -> str:
    found = CANVAS.fullmatch(graded.submission)
    assert found is not None, "it has a row"
    return f"{_for_people(found['name'])}_{found['id']}_{found['file']}_{PAGE}"


def _for_people(name: str) -> str:
    """Return a name that is one part of a path, without what a site would take for the end of it, or for a number."""
    letters = "".join(one if unicodedata.category(one)[0] in "LMN" or one == "-" else " " for one in name[:_MAX_BYTES])
    short = " ".join(letters.split()).encode()[:_MAX_BYTES].decode(errors="ignore").strip()
    return short if any(map(str.isalpha, short)) else f"student {short}".strip()


def _not_read(refused: Sequence[Refused]) -> list[str]:
    return [f"{one_line(one.name)}: could not be read, so there is no feedback" for one in refused]
