"""
Say where something is in the student's own terms: cell and line of a notebook, or the name that their script has.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from grader.model import SourceSpan

LAZILY = "from __future__ import annotations"
"""Opens a file that is taken by its definitions: an annotation may name what is left out, since nothing computes with it."""


def line_as_written(line: int, given_as: str, spans: Sequence[SourceSpan]) -> str:
    """Return where *line* of the graded file stands in what was handed in: `cell 5, line 12` or `ada.py, line 12`."""
    index = bisect.bisect_right(spans, line, key=lambda span: span.line) - 1
    if index >= 0 and line < spans[index].line + spans[index].lines:
        span = spans[index]
        return f"{standing_in(span.file, span.cell)}line {span.cell_line + line - span.line}"
    return f"{given_as}, line {line}"


def standing_in(file: str, cell: int) -> str:
    """Return the beginning of where something stands: `cell 5, `, `tools.ipynb, cell 5, ` or `tools.py, `."""
    return "".join(f"{part}, " for part in (file, f"cell {cell}" if cell else "") if part)


def text_as_written(text: str, main: str, given_as: str, spans: Sequence[SourceSpan]) -> str:
    """Return the text of a syntax error, which ends in `(main.py, line 3)`, in the student's own terms."""
    match = re.search(rf"\({re.escape(main)}, line (\d{{1,9}})\)\Z", text)
    if match is None:
        return text
    return f"{text[: match.start()]}({line_as_written(int(match[1]), given_as or main, spans)})"


def trace_as_written(trace: Sequence[str], main: str, given_as: str, spans: Sequence[SourceSpan]) -> tuple[str, ...]:
    """Return a trace, lines such as `main.py, line 120, in forward: …`, in the student's own terms."""
    return tuple(_as_written(line, main, given_as, spans) for line in trace)


def _as_written(line: str, main: str, given_as: str, spans: Sequence[SourceSpan]) -> str:
    match = re.match(re.escape(main) + r", line (\d{1,9})(?=,)", line)
    if match is None:
        return line
    quoted = line[match.end() :].replace(f": {LAZILY}; ", ": ", 1)  # no student wrote that before their first line
    return line_as_written(int(match[1]), given_as or main, spans) + quoted
