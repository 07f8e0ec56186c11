"""
A grading worksheet that Moodle has exported, with scores in its grades and what students may read in its feedback comments.

Moodle writes headers, and what stands before the number of a participant, in the language of who downloads, and wants them back
so.  Hence columns are found by what stands in them and by their order, which is always the same:

    identifier · [name, what else identifies] · status · [group] · [marker] · grade · maximum · [workflow] · may it be changed ·
    [last change of the submission · online text] · last change of the grade · [feedback …]

Only the grade has the same number in every row right of it.  The feedback is what follows the last column of dates.

A submission is found by the number that Moodle gave its folder in the download of all, if the name before it is that of the same
row (`Ada Lovelace_1234_assignsubmission_file`), or by a group of that name; else by what identifies a row, or a name.

Feedback is HTML to Moodle.  A comment that somebody has written stays.

Sources: moodle/moodle, `mod/assign/gradingtable.php`, `mod/assign/feedback/offline/importgradeslib.php`,
`mod/assign/feedback/comments/locallib.php` and `mod/assign/classes/downloader.php`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.download_names import MOODLE
from grader.errors import UsageError
from grader.model import GradedSubmission, Refused
from grader.reports import plain
from grader.reports.escape import html, one_line
from grader.reports.gradebook import matching
from grader.reports.gradebook.matching import Filled, Identity, by_name, identifiers, letters_of, names
from grader.reports.gradebook.numbers import decimal_mark, maximum_for, number_in, one_assignment, replaced_score, score
from grader.reports.gradebook.sheet import Sheet

_IDENTIFIER = re.compile(r"(?P<word>(?:.*\D)?)(?P<number>\d+)", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_GRADE, _FEEDBACK = "Grade", "Feedback comments"
"""In English: which of several is meant."""
_OURS = "<pre>"
_MAX_DATE = 100
_NAME = 1
"""The column of names, where Moodle shows any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    grade: int
    feedback: int | None

    @property
    def maximum(self) -> int:
        return self.grade + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody who may hand in, as the worksheet has them."""

    row: int
    word: str
    """What stands before the number: `Participant` in the language of the worksheet."""
    number: str
    name: str
    """Empty where marking is anonymous."""
    identifiers: tuple[str, ...]
    """ID numbers and addresses."""
    groups: tuple[str, ...]
    """What may be the name of their group: every phrase of the row left of its grade."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Submissions and their participants: that of a group has one for each member."""

    results: tuple[tuple[Participant, GradedSubmission], ...]
    """In the order of the worksheet."""
    missing: tuple[str, ...]
    problems: tuple[str, ...]
    """A sentence on each submission that has no row."""


def is_worksheet(table: Sheet) -> bool:
    """Return whether each row of a table begins with one word and a number, in any language, and there may be grades."""
    rows = _rows(table)
    found = [_IDENTIFIER.fullmatch(table.value(row, 0)) for row in rows]
    words = {"" if one is None else one["word"].strip() for one in found}
    return len(words) == 1 and "" not in words and bool(_grade_columns(table, rows))


def participants(worksheet: Sheet) -> tuple[Participant, ...]:
    """
    Return who may hand in.

    Raises:
        UsageError: If it is no grading worksheet.
    """
    rows = _rows(worksheet)
    grade = _grade_column(worksheet, rows, None)
    identifying = _identifying(worksheet, rows, grade)
    return tuple(_participant(worksheet, row, grade, identifying) for row in rows)


def place(worksheet: Sheet, gradings: Sequence[GradedSubmission], refused: Sequence[Refused] = ()) -> Placed:
    """
    Tell which participants a submission is of.

    Raises:
        UsageError: If it is no grading worksheet, or there are several assignments.
    """
    one_assignment(gradings)
    there = participants(worksheet)
    found, problems, identities = _placed(worksheet, there, gradings, refused)
    return Placed(
        results=tuple((one, found[one.row]) for one in there if one.row in found),
        missing=matching.missing(identities, found.keys()),
        problems=tuple(problems),
    )


def fill(
    worksheet: Sheet,
    gradings: Sequence[GradedSubmission],
    refused: Sequence[Refused] = (),
    *,
    column: str | None = None,
    feedback_column: str | None = None,
    scale: bool = False,
    pending_as_zero: bool = False,
) -> Filled:
    """
    Fill scores and feedback into a grading worksheet; *gradings* are what students may see.

    Args:
        column: The header of the grade, where it is not found by itself.
        feedback_column: That of the feedback, likewise.
        scale: Whether scores are converted where the worksheet has another maximum.
        pending_as_zero: Whether a score is filled in although some of its points wait for staff, as if these were lost.

    Raises:
        UsageError: If it is no grading worksheet, or a column cannot be found.
    """
    one_assignment(gradings)
    rows = _rows(worksheet)
    columns = _columns(worksheet, rows, column, feedback_column)
    written = worksheet.value(rows[0], columns.maximum)
    where = worksheet.where(rows[0], columns.maximum)
    maximum = maximum_for(gradings, number_in(written), where, scale=scale)
    mark = decimal_mark([written])

    identifying = _identifying(worksheet, rows, columns.grade)
    there = [_participant(worksheet, row, columns.grade, identifying) for row in rows]
    placed, problems, identities = _placed(worksheet, there, gradings, refused)
    cells: dict[tuple[int, int], str] = {}
    left_alone: list[str] = []
    replaced: list[str] = []
    for row, graded in sorted(placed.items()):
        why_not = matching.without_score(graded, pending_as_zero=pending_as_zero)
        if why_not:
            left_alone.append(why_not)
            continue
        cells[row, columns.grade] = score(graded, maximum, mark)
        replaced += replaced_score(worksheet, row, columns.grade, cells[row, columns.grade])
        if columns.feedback is not None:
            before = worksheet.value(row, columns.feedback)
            if before and not before.startswith(_OURS):
                left_alone.append(f"{worksheet.where(row, columns.feedback)}: this comment stays")
            else:
                cells[row, columns.feedback] = _feedback(graded)
    if columns.feedback is None:
        left_alone.append(f"{worksheet.name}: has no column of feedback; switch Feedback comments on in the assignment")
    return Filled(
        content=worksheet.with_cells(cells),
        scores=sum(column == columns.grade for _row, column in cells),
        unmatched=(*problems, *matching.not_read(refused)),
        left_alone=tuple(left_alone),
        missing=matching.missing(identities, placed.keys()),
        replaced=tuple(replaced),
    )


def _placed(
    worksheet: Sheet,
    there: Sequence[Participant],
    gradings: Sequence[GradedSubmission],
    refused: Sequence[Refused],
) -> tuple[dict[int, GradedSubmission], list[str], list[Identity]]:
    """Return the submission of each row that has one, a sentence on each submission without a row, and all rows."""
    identities = [_identity(worksheet, one) for one in there]
    numbered: dict[str, list[Identity]] = {}
    for identity in identities:
        numbered.setdefault(identity.number, []).append(identity)
    teams, alone = _teams(gradings, identities, there)
    matched = matching.match(alone, lambda name: _find(name, identities, numbered), refused)
    problems = [*matched.problems]
    twice = matched.rows.keys() & teams.keys()
    for row in sorted(twice):
        both = f"{one_line(matched.rows[row].submission)} and {one_line(teams[row].submission)}"
        problems.append(f"{both}: both of them are of line {worksheet.rows[row][0].line}; keep the result that counts")
    rows = {row: graded for row, graded in {**teams, **matched.rows}.items() if row not in twice}
    return rows, problems, identities


def _rows(worksheet: Sheet) -> list[int]:
    return [row for row in range(1, len(worksheet.rows)) if not worksheet.is_blank(row)]


def _columns(worksheet: Sheet, rows: Sequence[int], grade: str | None, feedback: str | None) -> _Columns:
    chosen = _grade_column(worksheet, rows, grade)
    dates = [number for number in range(chosen + 2, len(worksheet.header)) if _is_date(worksheet, rows, number)]
    after = list(range(dates[-1] + 1, len(worksheet.header))) if dates else []
    return _Columns(grade=chosen, feedback=_chosen(worksheet, after, feedback, _FEEDBACK, "--feedback-column"))


def _grade_column(worksheet: Sheet, rows: Sequence[int], grade: str | None) -> int:
    if not rows:
        raise UsageError(f"{worksheet.name}: there is no participant in it: download the grading worksheet anew")
    for row in rows:
        if _IDENTIFIER.fullmatch(worksheet.value(row, 0)) is None:
            raise UsageError(
                f"{worksheet.where(row, 0)}: identifiers of Moodle end in a number: download the assignment's grading worksheet"
            )
    chosen = _chosen(worksheet, _grade_columns(worksheet, rows), grade, _GRADE, "--column")
    if chosen is None:
        raise UsageError(
            f"{worksheet.name}: no column has a grade with its maximum right of it, so this is no grading worksheet, or its "
            "grades are words of a scale, which no score becomes"
        )
    return chosen


def _grade_columns(worksheet: Sheet, rows: Sequence[int]) -> list[int]:
    return [number for number in range(1, len(worksheet.header) - 1) if _is_grade(worksheet, rows, number)]


def _is_grade(worksheet: Sheet, rows: Sequence[int], column: int) -> bool:
    """Return whether a column may be that of grades: numbers, or nothing yet, up to the one number that stands right of all."""
    maxima = {worksheet.value(row, column + 1) for row in rows}
    maximum = number_in(next(iter(maxima)))
    if len(maxima) > 1 or not maximum:
        return False
    grades = [number_in(value) for row in rows if (value := worksheet.value(row, column))]
    may_be_changed = [worksheet.value(row, column + 2) for row in rows]
    are_words = all(value and number_in(value) is None and "@" not in value for value in may_be_changed)
    return are_words and all(grade is not None and grade <= maximum for grade in grades)


def _is_date(worksheet: Sheet, rows: Sequence[int], column: int) -> bool:
    """Return whether a column may be that of dates: each row has one, or a dash."""
    values = [worksheet.value(row, column) for row in rows]
    return all(
        value == "-" or (re.search(r"\d", value) is not None and len(value) <= _MAX_DATE and "<" not in value)
        for value in values
    )


def _chosen(worksheet: Sheet, found: Sequence[int], asked: str | None, usual: str, option: str) -> int | None:
    """Return the column of this name, or the only one that was found; None if none was."""
    header = [called.strip() for called in worksheet.header]
    if asked is not None:
        named = [number for number in found if header[number] == asked.strip()]
        if len(named) != 1:
            fitting = ", ".join(repr(header[number]) for number in found) or "none"
            raise UsageError(
                f"{option} {asked}: {worksheet.name} has no such column that could be it; fitting: {fitting}"
            )
        return named[0]
    usual_ones = [number for number in found if header[number] == usual]
    several = usual_ones or found
    if len(several) > 1:
        listed = ", ".join(repr(header[number]) for number in several)
        raise UsageError(f"{worksheet.name}, line 1: {listed}: each of them may be the column; {option} names it")
    return several[0] if several else None


def _between(worksheet: Sheet, row: int, grade: int) -> list[str]:
    return [worksheet.value(row, column) for column in range(_NAME, grade)]


def _identifying(worksheet: Sheet, rows: Sequence[int], grade: int) -> list[int]:
    """Return the columns that identify people: no two have the same there, and nothing is a phrase, as a status is."""
    found = []
    for column in range(_NAME + 1, grade):
        values = [value for row in rows if (value := worksheet.value(row, column))]
        if len(set(map(str.casefold, values))) == len(values) and not any(" " in value for value in values):
            found.append(column)
    return found


def _participant(worksheet: Sheet, row: int, grade: int, identifying: Sequence[int]) -> Participant:
    found = _IDENTIFIER.fullmatch(worksheet.value(row, 0))
    assert found is not None, "every row has been looked at"
    between = _between(worksheet, row, grade)
    person = between[0] if len(between) > 1 else ""  # a status is always there
    return Participant(
        row=row,
        word=found["word"],
        number=found["number"],
        name=_TAG.sub("", person).strip(),  # of who is suspended, a name is in a tag
        identifiers=tuple(value for column in identifying if (value := worksheet.value(row, column))),
        groups=tuple(value for value in between if "@" not in value),
    )


def _identity(worksheet: Sheet, one: Participant) -> Identity:
    identifier = worksheet.value(one.row, 0)
    called = ", ".join(part for part in (identifier, one.name) if part)
    return Identity(
        row=one.row,
        shown=f"{one_line(called)} (line {worksheet.rows[one.row][0].line})",
        number=one.number,
        identifiers=identifiers((identifier, one.number, *one.identifiers)),
        names=names(one.name, one.word),
    )


def _teams(
    gradings: Sequence[GradedSubmission], identities: Sequence[Identity], there: Sequence[Participant]
) -> tuple[dict[int, GradedSubmission], list[GradedSubmission]]:
    """
    Divide submissions into those of groups, with the rows of all members, and the others.

    Who has the number of a participant is no group, whatever the name is, which people choose.
    """
    numbers = {one.number for one in identities}
    persons = {name for one in identities for name in one.names}
    groups: dict[str, list[int]] = {}
    for one in there:
        for group in names(*one.groups):
            groups.setdefault(group, []).append(one.row)
    rows: dict[int, GradedSubmission] = {}
    others: list[GradedSubmission] = []
    for graded in gradings:
        downloaded = MOODLE.fullmatch(graded.submission)
        letters = "" if downloaded is None or downloaded["id"] in numbers else letters_of(downloaded["name"])
        members = [] if letters in persons else groups.get(letters, [])
        if not members or any(row in rows for row in members):
            others.append(graded)
        rows.update({row: graded for row in members if row not in rows})
    return rows, others


def _find(
    submission: str, identities: Sequence[Identity], by_number: Mapping[str, Sequence[Identity]]
) -> Sequence[Identity] | str:
    downloaded = MOODLE.fullmatch(submission)
    if downloaded is None:
        return by_name(submission, identities)
    numbered = by_number.get(downloaded["id"])
    if not numbered:
        return f"no row has the number {downloaded['id']}; download the worksheet of all participants"
    _username, _space, without_username = downloaded["name"].partition(" ")  # which some sites write before the name
    called = names(downloaded["name"], without_username)
    found = [one for one in numbered if called & one.names]
    if not found:
        other = numbered[0].shown
        return f"the number {downloaded['id']} is that of {other}, but the name beside it is not; enter it by hand"
    return found


def _feedback(graded: GradedSubmission) -> str:
    """Write what a student is told, on one line of the file, and never as a formula."""
    return f"{_OURS}{html(plain.text(graded)).replace(chr(10), '<br>')}</pre>"
