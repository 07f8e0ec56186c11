"""
A CSV file whose cells can be exchanged one by one: separator, quotes, line ends, byte order mark and all other cells stay.

The `csv` module reads the same cells, but forgets how they were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.errors import UsageError
from grader.reports.escape import one_line

_BOM = b"\xef\xbb\xbf"
_SEPARATORS = ",;\t"
_ENDS = "\r\n"
_MAX_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, and where it stands in the text."""

    value: str
    start: int
    end: int
    is_quoted: bool
    line: int
    """In the file, from 1: where it begins."""


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of cells, as its file has it."""

    name: str
    """Of the file, for sentences about it."""
    text: str
    separator: str
    rows: tuple[Row, ...]
    has_bom: bool

    @property
    def header(self) -> tuple[str, ...]:
        """What the columns are called."""
        return tuple(cell.value for cell in self.rows[0])

    def value(self, row: int, column: int) -> str:
        """Return what stands in a cell, without white space around it; nothing where a row is short."""
        cells = self.rows[row]
        return cells[column].value.strip() if column < len(cells) else ""

    def is_blank(self, row: int) -> bool:
        """Return whether nothing stands in a row."""
        return not any(cell.value.strip() for cell in self.rows[row])

    def where(self, row: int, column: int) -> str:
        """Name file, line, column and what stands there, for a sentence."""
        header = self.header
        called = f" {header[column]!r}" if column < len(header) else ""
        value = one_line(self.value(row, column), _MAX_SHOWN)
        return f"{self.name}, line {self.rows[row][0].line}, column {column + 1}{called}: {value!r}"

    def with_cells(self, values: Mapping[tuple[int, int], str]) -> bytes:
        """
        Return the file with other values in some cells, by row and column; a cell in quotes stays in quotes.

        Raises:
            UsageError: If a row has no such cell.
        """
        pieces, position = [], 0
        for (row, column), value in sorted(values.items()):
            if column >= len(self.rows[row]):
                raise UsageError(
                    f"{self.where(row, column)}: the row has {len(self.rows[row])} cells and no such column; export it anew"
                )
            cell = self.rows[row][column]
            pieces += [self.text[position : cell.start], self._written(value, cell)]
            position = cell.end
        text = "".join([*pieces, self.text[position:]])
        return (_BOM if self.has_bom else b"") + text.encode()

    def _written(self, value: str, cell: Cell) -> str:
        needs_quotes = any(character in value for character in (self.separator, '"', *_ENDS)) or value != value.strip()
        return '"' + value.replace('"', '""') + '"' if cell.is_quoted or needs_quotes else value


def read(content: bytes, name: str) -> Sheet:
    """
    Read a CSV file, whose separator is the one that divides its first row into most cells.

    Raises:
        UsageError: If it is no UTF-8, has no rows, or a quote that does not end.
    """
    has_bom = content.startswith(_BOM)
    try:
        text = content.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UsageError(
            f"{name}, line {line}: byte 0x{content[error.start]:02x} is no UTF-8: give the file as it was downloaded, "
            "or save it as `CSV UTF-8`"
        ) from None
    if "\0" in text:
        raise UsageError(f"{name}: this is no CSV file, as it holds zero bytes: export it as CSV")
    separator = max(_SEPARATORS, key=lambda one: _columns(text, one, name))
    rows = tuple(_rows(text, separator, name))
    if not rows:
        raise UsageError(f"{name}: the file is empty: export it anew")
    return Sheet(name=name, text=text, separator=separator, rows=rows, has_bom=has_bom)


def _columns(text: str, separator: str, name: str) -> int:
    """Return into how many cells a separator divides the first row; 0 where it is none."""
    try:
        return len(next(_rows(text, separator, name), ()))
    except UsageError:
        return 0


def _rows(text: str, separator: str, name: str) -> Iterator[Row]:
    position, line = 0, 1
    while position < len(text):
        row: list[Cell] = []
        while True:
            cell = _cell(text, position, separator, line, name)
            row.append(cell)
            line += _line_ends(text[cell.start : cell.end])
            position = cell.end
            if text[position : position + 1] != separator:
                break
            position += 1
        position += 2 if text.startswith("\r\n", position) else 1
        line += 1
        yield tuple(row)


def _cell(text: str, start: int, separator: str, line: int, name: str) -> Cell:
    if text[start : start + 1] != '"':
        end = start
        while end < len(text) and text[end] != separator and text[end] not in _ENDS:
            end += 1
        return Cell(text[start:end], start, end, is_quoted=False, line=line)
    end = start + 1
    while True:
        end = text.find('"', end)
        if end < 0:
            raise UsageError(f"{name}, line {line}: a cell begins with a quote that never ends: export the file anew")
        if text[end + 1 : end + 2] != '"':
            break
        end += 2
    after = text[end + 1 : end + 2]
    if after and after != separator and after not in _ENDS:
        value = one_line(text[start : end + 2], _MAX_SHOWN)
        raise UsageError(f"{name}, line {line}: {value!r} goes on after the quote that ends it: export the file anew")
    return Cell(text[start + 1 : end].replace('""', '"'), start, end + 1, is_quoted=True, line=line)


def _line_ends(text: str) -> int:
    return text.count("\n") + text.replace("\r\n", "").count("\r")
