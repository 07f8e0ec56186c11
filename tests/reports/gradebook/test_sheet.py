"""A CSV file of any dialect, of which one cell changes and every other byte stays."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import UsageError
from grader.reports.gradebook import sheet
from grader.reports.gradebook.sheet import Sheet

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from('",;\t\r\n '), max_size=8)
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(TEXTS, min_size=width, max_size=width), min_size=1, max_size=5)
)


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, list[list[str]], str]:
    """A file in any dialect, what it holds, and its separator."""
    rows = draw(TABLES)
    separator = draw(st.sampled_from(",;\t"))
    rows[0] = [f"c{number}" for number in range(len(rows[0]))]  # which says what the separator is
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))

    def cell(value: str) -> str:
        needs_quotes = re.search(r'[",;\t\r\n]', value) is not None
        return '"' + value.replace('"', '""') + '"' if needs_quotes or draw(st.booleans()) else value

    written = end.join(separator.join(map(cell, row)) for row in rows) + draw(st.sampled_from(["", end]))
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + written.encode(), rows, separator


def values(table: Sheet) -> list[list[str]]:
    """What stands in the cells."""
    return [[cell.value for cell in row] for row in table.rows]


@given(files())
def test_any_file_is_read_and_written_as_it_is(file: tuple[bytes, list[list[str]], str]) -> None:
    """The cells are those that were written, and a copy without changes is the file."""
    content, rows, separator = file
    table = sheet.read(content, "a.csv")

    assert (values(table), table.separator) == (rows, separator)
    assert table.with_cells({}) == content


@given(files(), st.data(), TEXTS)
def test_only_the_cells_that_are_named_change(
    file: tuple[bytes, list[list[str]], str], data: st.DataObject, value: str
) -> None:
    """All bytes before and behind are the same, and what is read again is the new value, in its cell alone."""
    content, rows, _separator = file
    table = sheet.read(content, "a.csv")
    row, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(rows[0]) - 1))
    changed = table.with_cells({(row, column): value})

    cell = table.rows[row][column]
    bom = 3 if table.has_bom else 0
    before, behind = table.text[: cell.start].encode(), table.text[cell.end :].encode()
    assert changed[bom:].startswith(before)
    assert changed.endswith(behind)
    assert changed[:bom] == content[:bom]
    written = changed[bom + len(before) : len(changed) - len(behind)].decode()
    assert (
        next(csv.reader(io.StringIO(f"{written}{table.separator}", newline=""), delimiter=table.separator))[0] == value
    )
    assert written.startswith('"') or not cell.is_quoted


def test_several_cells_change_at_once() -> None:
    """In whatever order they are named."""
    table = sheet.read(b'a,b\r\n"1",2\r\n3,4', "a.csv")

    assert table.with_cells({(2, 1): "x", (1, 0): "27", (1, 1): "a,b"}) == b'a,b\r\n"27","a,b"\r\n3,x'


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    """Also where a cell before has several, or an old Mac ended them."""
    table = sheet.read(b'a,b\r\n"1\r\n2\n3",x\r\ny,z\r', "a.csv")

    assert [row[0].line for row in table.rows] == [1, 2, 5]
    assert table.where(2, 1) == "a.csv, line 5, column 2 'b': 'z'"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "a.csv: the file is empty: export it anew"),
        (
            "a,b\nJos\xe9,1".encode("latin-1"),
            "a.csv, line 2: byte 0xe9 is no UTF-8: give the file as it was downloaded, or save it as `CSV UTF-8`",
        ),
        (b"PK\x03\x04\0\0", "a.csv: this is no CSV file, as it holds zero bytes: export it as CSV"),
        (b'a,b\nc,"d\n', "a.csv, line 2: a cell begins with a quote that never ends: export the file anew"),
        (b'a,b\n"c"d,e\n', "a.csv, line 2: '\"c\"d' goes on after the quote that ends it: export the file anew"),
    ],
    ids=["empty", "latin-1", "zip", "open-quote", "after-quote"],
)
def test_what_is_no_csv_is_refused(content: bytes, sentence: str) -> None:
    """In a sentence with file and line, and what to do."""
    with pytest.raises(UsageError) as refused:
        sheet.read(content, "a.csv")

    assert str(refused.value) == sentence


def test_a_short_row_is_refused_where_a_cell_is_missing() -> None:
    """A value that is written elsewhere would be another one's."""
    with pytest.raises(UsageError) as refused:
        sheet.read(b"a,b,c\nx,y\n", "a.csv").with_cells({(1, 2): "3"})

    assert str(refused.value) == (
        "a.csv, line 2, column 3 'c': '': the row has 2 cells and no such column; export it anew"
    )
