"""
A roster: `roster.csv` with columns that we name, or a table that Canvas or Moodle has exported, as it is.

    roster.csv   id · name (or first name and last name) · email · login, SIS login ID, … · section · github; any other column is
                 left alone.  Without an id, the address is it
    Canvas       Grades > Export: the ID is the id
    Moodle       the grading worksheet of an assignment, in any language: the address is the id, else the number of the
                 participant; or the list of participants, of which the column with addresses is found in any language
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.bounded_read import read_bounded
from grader.classroom.intake.values import Scheme
from grader.classroom.roster.names import identifier
from grader.classroom.roster.values import Roster, Student
from grader.errors import UsageError
from grader.reports.escape import one_line
from grader.reports.gradebook import canvas, moodle, sheet
from grader.reports.gradebook.sheet import Sheet

_MAX_BYTES = 8 * 1024**2
_MAX_STUDENTS = 20_000
_MAX_CHARACTERS = 300
"""Of one cell that is used."""
_MAX_NAMES = 2
"""Columns before that of addresses in a list of participants: first and last name, or one of both."""
_MAX_SHOWN = 60

_COLUMNS = {
    "id": ("id", "student id", "identifier"),
    "name": ("name", "full name", "student", "student name"),
    "first name": ("first name", "firstname", "given name"),
    "last name": ("last name", "lastname", "surname", "family name"),
    "email": ("email", "e mail", "email address", "e mail address"),
    "login": (
        "login",
        "logins",
        "username",
        "sis login id",
        "sis user id",
        "integration id",
        "sid",
        "id number",
        "lms user id",
    ),
    "github": ("github", "github username", "github login"),
    "section": ("section",),
}
"""What a column may be called, with spaces for hyphens and underscores."""
_SEVERAL = ("login", "github")
"""Columns of which there may be more than one."""


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    student: Student


def read(path: Path) -> Roster:
    """
    Read a roster.

    Raises:
        UsageError: If it cannot be read, is no roster, or a row lacks an id or a name, or has the id of another one.
    """
    table = sheet.read(read_bounded(path, _MAX_BYTES, "roster"), str(path))
    if len(table.rows) - 1 > _MAX_STUDENTS:
        raise UsageError(f"{path}: {len(table.rows) - 1:,} rows; no course has more than {_MAX_STUDENTS:,} students")
    rows, site = _recognised(table)
    _check(table, rows)
    return Roster(students=tuple(row.student for row in rows), site=site)


def _recognised(table: Sheet) -> tuple[list[_Row], Scheme | None]:
    if canvas.is_gradebook(table):
        return list(_of_canvas(table)), Scheme.CANVAS
    if moodle.is_worksheet(table):
        return list(_of_moodle(table)), Scheme.MOODLE
    columns = _columns(table)
    has_name = "name" in columns or {"first name", "last name"} <= columns.keys()
    if has_name and ("id" in columns or "email" in columns):
        return list(_of_roster(table, columns)), None
    return list(_of_participants(table)), None


def _of_canvas(table: Sheet) -> Iterator[_Row]:
    for one in canvas.enrolled(table):
        yield _Row(
            _line(table, one.row),
            Student(
                id=one.number,
                name=", ".join(filter(None, one.name)),
                logins=tuple(filter(None, dict.fromkeys(one.identifiers[1:]))),
                section=one.section,
                number=one.number,
            ),
        )


def _of_moodle(table: Sheet) -> Iterator[_Row]:
    for one in moodle.participants(table):
        address = next((value for value in one.identifiers if "@" in value), "")
        yield _Row(
            _line(table, one.row),
            Student(
                id=address or one.number,
                name=one.name or f"{one.word}{one.number}",
                email=address,
                logins=tuple(value for value in one.identifiers if value != address),
                number=one.number,
                groups=tuple(filter(None, one.groups)),
            ),
        )


def _columns(table: Sheet) -> dict[str, list[int]]:
    """Return the columns of each kind by their headers; of one that a student has once, there may be one."""
    kinds = {called: kind for kind, several in _COLUMNS.items() for called in several}
    found: dict[str, list[int]] = {}
    for number, header in enumerate(table.header):
        kind = kinds.get(" ".join(re.sub(r"[-_]", " ", header.casefold()).split()))
        if kind is not None:
            found.setdefault(kind, []).append(number)
    return found


def _of_roster(table: Sheet, columns: dict[str, list[int]]) -> Iterator[_Row]:
    for kind, numbers in columns.items():
        if len(numbers) > 1 and kind not in _SEVERAL:
            headers = " and ".join(repr(one_line(table.header[number], _MAX_SHOWN)) for number in numbers)
            raise UsageError(f"{table.name}, line 1: the columns {headers} both have the {kind}; leave one there")
    for row in _rows(table):
        cells = table.rows[row]
        if len(cells) > len(table.header) and any(cell.value.strip() for cell in cells[len(table.header) :]):
            raise UsageError(
                f"{table.name}, line {_line(table, row)}: {len(cells)} cells under {len(table.header)} headers; put a name with "
                "a comma in quotes"
            )
        value = {kind: table.value(row, numbers[0]) for kind, numbers in columns.items()}
        both = " ".join(filter(None, (value.get("first name"), value.get("last name"))))
        logins = (table.value(row, number) for kind in _SEVERAL for number in columns.get(kind, ()))
        email = value.get("email", "")
        yield _Row(
            _line(table, row),
            Student(
                id=value.get("id", email),
                name=value.get("name", "") or both,
                email=email,
                logins=tuple(filter(None, dict.fromkeys(logins))),
                section=value.get("section", ""),
            ),
        )


def _of_participants(table: Sheet) -> Iterator[_Row]:
    """Yield the participants of a list in any language, by the one column of addresses and the names before it."""
    rows = _rows(table)
    addresses = [
        column
        for column in range(1, len(table.header))
        if rows and all(_is_address(table.value(row, column)) for row in rows)
    ]
    if len(addresses) != 1:
        raise UsageError(
            f"{table.name}, line 1: no roster begins so: it has the columns id and name, and may have email, login, section and "
            "github; exports of Canvas (Grades > Export) and Moodle (a grading worksheet, the list of participants) are "
            "taken as they are"
        )
    (address,) = addresses
    for row in rows:
        before = [table.value(row, column) for column in range(address)]
        yield _Row(
            _line(table, row),
            Student(
                id=table.value(row, address),
                name=" ".join(filter(None, before[:_MAX_NAMES])),
                email=table.value(row, address),
                logins=tuple(filter(None, before[_MAX_NAMES:])),
            ),
        )


def _is_address(value: str) -> bool:
    return re.fullmatch(r"[^@\s]+@[^@\s]+", value) is not None


def _rows(table: Sheet) -> list[int]:
    return [row for row in range(1, len(table.rows)) if not table.is_blank(row)]


def _line(table: Sheet, row: int) -> int:
    return table.rows[row][0].line


def _check(table: Sheet, rows: Sequence[_Row]) -> None:
    if not rows:
        raise UsageError(f"{table.name}: there is no student in it")
    lines: dict[str, int] = {}
    for row in rows:
        where, student = f"{table.name}, line {row.line}", row.student
        if not student.id:
            raise UsageError(f"{where}: {one_line(student.name, _MAX_SHOWN)!r} has no id; every student needs one")
        if not student.name:
            raise UsageError(f"{where}: the student {one_line(student.id, _MAX_SHOWN)!r} has no name")
        for value in (student.id, student.name, student.email, student.section, *student.logins):
            if len(value) > _MAX_CHARACTERS:
                shown = one_line(value, _MAX_SHOWN)
                raise UsageError(
                    f"{where}: {shown!r} has {len(value):,} characters; at most {_MAX_CHARACTERS} are read"
                )
            if any(unicodedata.category(character) == "Cc" for character in value):
                shown = one_line(value, _MAX_SHOWN)
                raise UsageError(f"{where}: '{shown}' holds a control character; take it out")
        before = lines.setdefault(identifier(student.id), row.line)
        if before != row.line:
            raise UsageError(
                f"{where}: the id {one_line(student.id, _MAX_SHOWN)!r} is that of line {before} as well; each student has one "
                "of their own"
            )
