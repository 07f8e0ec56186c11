"""
A gradebook that Canvas has exported, with scores in the column of one assignment.

Canvas takes it back by Grades > Import.  It knows columns by the number in their parentheses and rows by their ID, so nothing
else of the file may change.  The row of possible points, that of what is posted by hand, the test student and everybody without a
result stay as they are; so do the cells of who is excused (`EX`) or has not got the assignment (`N/A`).

A submission is found by the number that Canvas gave its file in the download of all (`adalovelace_[LATE_]ID_FILE_name.py`), else
by ID, SIS user ID, SIS login ID, integration ID or name.

Sources: instructure/canvas-lms, `lib/gradebook_exporter.rb`, `lib/gradebook_importer.rb` and `lib/content_zipper.rb`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.download_names import CANVAS, CANVAS_ANONYMOUS
from grader.errors import UsageError
from grader.listed import listed
from grader.model import GradedSubmission, Refused
from grader.reports.escape import one_line
from grader.reports.gradebook import matching
from grader.reports.gradebook.matching import Filled, Identity, by_name, identifiers, letters_of, names
from grader.reports.gradebook.numbers import decimal_mark, maximum_for, number_in, one_assignment, replaced_score, score
from grader.reports.gradebook.sheet import Sheet

_WITH_NUMBER = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)", re.DOTALL)
_IDENTIFIERS = ("ID", "SIS User ID", "SIS Login ID", "Integration ID")
_NO_ASSIGNMENT = re.compile(r"(Current|Final|Override) (Score|Points|Grade|Status)")
_POSSIBLE = "Points Possible"
_STAYS = ("EX", "N/A")
_TEST_STUDENT = "Student, Test"
_MAX_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A student, as the export has them."""

    row: int
    name: tuple[str, ...]
    """In one part, the last name before a comma, or in two."""
    number: str
    identifiers: tuple[str, ...]
    """That number and every other one, and logins."""
    section: str


def is_gradebook(export: Sheet) -> bool:
    """Return whether a table begins as an export of Canvas does."""
    return _name_columns(export) is not None


def enrolled(export: Sheet) -> tuple[Enrolled, ...]:
    """
    Return the students of an exported gradebook; the row of possible points and the test student are none.

    Raises:
        UsageError: If it is no gradebook.
    """
    first = _first_name_columns(export)
    return tuple(_enrolled(export, first, _last_student_column(export, first), _possible(export)))


def fill(
    export: Sheet,
    gradings: Sequence[GradedSubmission],
    refused: Sequence[Refused] = (),
    *,
    column: str | None = None,
    scale: bool = False,
    pending_as_zero: bool = False,
) -> Filled:
    """
    Fill scores into an exported gradebook.

    Args:
        column: The header of the assignment, its title without the number, or the number; None for that of its title here, or
            the only one whose title ends with that or with the name of the assignment.
        scale: Whether scores are converted where the gradebook has other points.
        pending_as_zero: Whether a score is filled in although some of its points wait for staff, as if these were lost.

    Raises:
        UsageError: If it is no gradebook, has no such column or several, or the column cannot be filled.
    """
    title = one_assignment(gradings)
    first = _first_name_columns(export)
    last = _last_student_column(export, first)
    chosen = _chosen(export, last, column, title, gradings[0].assignment)
    header = export.header[chosen].strip()
    possible = _possible(export)
    written = "" if possible is None else export.value(possible, chosen)
    if possible is not None and written.startswith("("):
        raise UsageError(
            f"{export.where(possible, chosen)}: Canvas does not import this column; choose that of an assignment"
        )
    where = export.name if possible is None else export.where(possible, chosen)
    maximum = maximum_for(gradings, number_in(written), where, scale=scale)
    mark = decimal_mark([written])

    identities = [_identity(export, one) for one in _enrolled(export, first, last, possible)]
    matched = matching.match(gradings, lambda name: _find(name, identities), refused)
    cells: dict[tuple[int, int], str] = {}
    left_alone: list[str] = []
    replaced: list[str] = []
    for row, graded in matched.rows.items():
        before = export.value(row, chosen).upper()
        why_not = matching.without_score(graded, pending_as_zero=pending_as_zero)
        if why_not:
            left_alone.append(why_not)
        elif before in _STAYS:
            left_alone.append(
                f"{export.where(row, chosen)}: stays, and so {one_line(graded.submission)} has no score there"
            )
        else:
            cells[row, chosen] = score(graded, maximum, mark)
            replaced += replaced_score(export, row, chosen, cells[row, chosen])
    return Filled(
        content=export.with_cells(cells),
        scores=len(cells),
        unmatched=(*matched.problems, *matching.not_read(refused)),
        left_alone=tuple(left_alone),
        missing=matching.missing(identities, matched.rows),
        replaced=tuple(replaced),
        column="" if column is not None or _has_title(header, title) or header == title else header,
    )


def _name_columns(export: Sheet) -> int | None:
    """Return how many columns a name takes, which are the first ones; the ID follows."""
    header = (*export.header, "", "", "")
    if "Student" in header[0] and "ID" in header[1]:
        return 1
    if "LastName" in header[0] and "FirstName" in header[1] and "ID" in header[2]:
        return 2
    return None


def _first_name_columns(export: Sheet) -> int:
    take = _name_columns(export)
    if take is not None:
        return take
    raise UsageError(
        f"{export.where(0, 0)}: a gradebook of Canvas begins with the columns Student and ID: export it by Grades > Export"
    )


def _last_student_column(export: Sheet, names_take: int) -> int:
    """Return the column of sections, behind which those of assignments come."""
    found = [
        number for number, called in enumerate(export.header) if called.strip() == "Section" and number > names_take
    ]
    if not found:
        raise UsageError(
            f"{export.name}, line 1: there is no column Section, without which Canvas takes no file: export it anew"
        )
    return found[0]


def _chosen(export: Sheet, last: int, column: str | None, title: str, slug: str) -> int:
    """Return the column that is named; where none is, that of the title here, or the one whose title ends with it or the slug."""
    asked = title if column is None else column.strip()
    there = [
        (number, called.strip())
        for number, called in enumerate(export.header)
        if number > last and called.strip() and not _NO_ASSIGNMENT.search(called)
    ]
    ways = [(fits, asked) for fits in (_is_called, _has_number, _has_title)]
    if column is None:
        ways += [(_has_title, slug), (_ends_with, title), (_ends_with, slug)]
    for fits, wanted in ways:
        found = [number for number, called in there if fits(called, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(repr(export.header[number]) for number in found)
            how = "end with" if fits is _ends_with else "are called"
            raise UsageError(
                f"{export.name}, line 1: {len(found)} columns {how} {wanted!r}: {several}; --column names one"
            )
    choices = listed([repr(called) for _number, called in there], _MAX_NAMED) or "none at all"
    raise UsageError(
        f"{export.name}, line 1: no column of an assignment is called {asked!r}; --column names one of {choices}"
    )


def _is_called(called: str, asked: str) -> bool:
    return called == asked


def _has_number(called: str, asked: str) -> bool:
    found = _WITH_NUMBER.fullmatch(called)
    return found is not None and found["id"] == asked


def _has_title(called: str, asked: str) -> bool:
    found = _WITH_NUMBER.fullmatch(called)
    return found is not None and found["title"].strip().casefold() == asked.casefold()


def _ends_with(called: str, asked: str) -> bool:
    """Return whether the title ends with these words, as `HW 2: Convolution arithmetic` does; signs between them do not count."""
    found = _WITH_NUMBER.fullmatch(called)
    words = _words(called if found is None else found["title"])
    wanted = _words(asked)
    return bool(wanted) and words[-len(wanted) :] == wanted


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _possible(export: Sheet) -> int | None:
    """Return the row of possible points; None where there is none."""
    return next((row for row in range(1, len(export.rows)) if _POSSIBLE in export.value(row, 0)), None)


def _enrolled(export: Sheet, names_take: int, last: int, possible: int | None) -> Iterator[Enrolled]:
    header = [called.strip() for called in export.header]
    columns = [number for number in range(names_take, last + 1) if header[number] in _IDENTIFIERS]
    for row in range(1, len(export.rows)):
        person = tuple(export.value(row, column) for column in range(names_take))
        if row == possible or not any(export.value(row, column) for column in range(last + 1)):
            continue  # that of assignments that are posted by hand names nobody
        if person == (_TEST_STUDENT,) or ", ".join(person) == _TEST_STUDENT:
            continue
        yield Enrolled(
            row=row,
            name=person,
            number=export.value(row, names_take),
            identifiers=tuple(export.value(row, column) for column in columns),
            section=export.value(row, last),
        )


def _identity(export: Sheet, one: Enrolled) -> Identity:
    reversed_name = " ".join(reversed(one.name if len(one.name) > 1 else one.name[0].split(",", 1)))
    return Identity(
        row=one.row,
        shown=f"{one_line(', '.join(one.name))} (line {export.rows[one.row][0].line})",
        number=one.number,
        identifiers=identifiers(one.identifiers),
        names=names(" ".join(one.name), reversed_name),
    )


def _find(submission: str, identities: Sequence[Identity]) -> Sequence[Identity] | str:
    if CANVAS_ANONYMOUS.fullmatch(submission):
        return "Canvas has taken the names out of this download; show them, and download it again"
    downloaded = CANVAS.fullmatch(submission)
    if downloaded is None:
        return by_name(submission, identities)
    numbered = [one for one in identities if one.number == downloaded["id"]]
    if not numbered:
        return f"no row has the ID {downloaded['id']}; export the gradebook of all sections"
    found = [one for one in numbered if not one.names or letters_of(downloaded["name"]) in one.names]
    if not found:
        other = numbered[0].shown
        return f"the ID {downloaded['id']} is that of {other}, but the name beside it is not; enter it by hand"
    return found
