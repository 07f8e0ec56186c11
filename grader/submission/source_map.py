"""
Say where something is in the student's own terms: cell and line of a notebook, or the name that their script has.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from grader.model import Place


def line_as_written(line: int, given_as: str, places: Sequence[Place]) -> str:
    """Return where *line* of the graded file stands in what was handed in: `cell 5, line 12` or `ada.py, line 12`."""
    index = bisect.bisect_right(places, line, key=lambda place: place.line) - 1
    if index >= 0 and line < places[index].line + places[index].lines:
        return f"cell {places[index].cell}, line {places[index].cell_line + line - places[index].line}"
    return f"{given_as}, line {line}"


def text_as_written(text: str, main: str, given_as: str, places: Sequence[Place]) -> str:
    """Return the text of a syntax error, which ends in `(main.py, line 3)`, in the student's own terms."""
    match = re.search(rf"\({re.escape(main)}, line (\d{{1,9}})\)\Z", text)
    if match is None:
        return text
    return f"{text[: match.start()]}({line_as_written(int(match[1]), given_as or main, places)})"


def trace_as_written(trace: Sequence[str], main: str, given_as: str, places: Sequence[Place]) -> tuple[str, ...]:
    """Return a trace, lines such as `main.py, line 120, in forward: …`, in the student's own terms."""
    return tuple(_as_written(line, main, given_as, places) for line in trace)


def _as_written(line: str, main: str, given_as: str, places: Sequence[Place]) -> str:
    match = re.match(re.escape(main) + r", line (\d{1,9})(?=,)", line)
    return line if match is None else line_as_written(int(match[1]), given_as or main, places) + line[match.end() :]
