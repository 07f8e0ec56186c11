"""
Find the lines of a notebook's file on which its code cells stand.

JSON says nothing of lines once it is read, so the text is searched for the texts of the cells, in order: a quoted key can stand
nowhere but where it is one, since within a text its quotes would be escaped.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.submission.notebook import all_cells, source_of
from grader.submission.statements import source_lines

_TEXT = r'"(?:[^"\\]++|\\.)*+"'
_SOURCE = re.compile(
    rf'"(?<!\\")(?:source|input)"\s*+:\s*+(?P<value>{_TEXT}|\[\s*+(?:{_TEXT}\s*+(?:,\s*+|(?=\])))*+\])', re.DOTALL
)
"""A text or a list of texts; possessive, so that it never tries a letter twice."""
_MAX_TEXTS = 50_000
"""How many are looked at: outputs may have millions, and a line is not worth the time that reading has."""
_MAX_LONGER = 100
"""How many times longer than it says a text may be written, with the white space between its lines."""
_LINE_BY_LINE = re.compile(rf"\[\s*+{_TEXT}(?:,[ \t\r]*+\n[ \t\r]*+{_TEXT})*+\s*+\]", re.DOTALL)
"""Each text on the line after that of the text before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDisk:
    """Where the lines of a cell stand in the notebook's file."""

    line: int
    """Where the cell's first line stands, from 1."""
    apart: int
    """1 where each line of the cell has the next line of the file, as notebooks are saved; 0 where all count as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A text as the file has it."""

    parts: list[str]
    value: str
    """The same in JSON."""
    line: int

    @property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def on_disk(self) -> OnDisk:
        return OnDisk(
            line=self.line, apart=int(_LINE_BY_LINE.fullmatch(self.value) is not None and _are_lines(self.parts))
        )


def lines_on_disk(content: bytes) -> Mapping[int, OnDisk]:
    """
    Return where code cells stand, by their numbers from 1; one that is not found is not there.

    Raises:
        NotANotebook: If it is none.
    """
    cells = all_cells(content)
    longest = _MAX_LONGER * max((len(source_of(cell)) for cell in cells), default=0) + _MAX_LONGER
    written = itertools.islice(_written(content.decode("utf-8-sig", errors="replace"), longest), _MAX_TEXTS)
    found: dict[int, OnDisk] = {}
    number = 0
    for cell in cells:
        number += cell.get("cell_type") == "code"
        if not {"source", "input"} & cell.keys():
            continue
        source = source_of(cell)
        here = next((one for one in written if one.text == source), None)  # outputs may have such keys as well
        if here is None:
            break
        if cell.get("cell_type") == "code":
            found[number] = here.on_disk
    return found


def _written(text: str, longest: int) -> Iterator[_Written]:
    """Yield the texts under keys that those of cells have, in the order of the file, but none of more than *longest* letters."""
    line, at = 1, 0
    for match in _SOURCE.finditer(text):
        value = match["value"] if match.end() - match.start() <= longest else '""'
        first = match.start("value") + max(value.find('"'), 0)
        line, at = line + text.count("\n", at, first), first
        read = json.loads(value)
        yield _Written(parts=read if isinstance(read, list) else [read], value=value, line=line)


def _are_lines(parts: list[str]) -> bool:
    """Return whether each part is one line of the text that they are together."""
    *before, last = parts
    lines = len(source_lines("".join(before))) - 1
    return lines == len(before) and all(part.endswith("\n") for part in before) and _is_one_line(last)


def _is_one_line(part: str) -> bool:
    return len(source_lines(part.removesuffix("\n").removesuffix("\r"))) == 1
