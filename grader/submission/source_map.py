"""
Say where something is in the student's own terms: cell and line of a notebook, or the name that their script has.

For people that is a text, for programs a Location: the line of the file as it lies there.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from grader.model import Location, SourceSpan, Submission

LAZILY = "from __future__ import annotations"
"""Opens a file that is taken by its definitions: an annotation may name what is left out, since nothing computes with it."""


def line_as_written(line: int, given_as: str, spans: Sequence[SourceSpan]) -> str:
    """Return where *line* of the graded file stands in what was handed in: `cell 5, line 12` or `ada.py, line 12`."""
    span = _span_of(line, spans)
    if span is not None:
        return f"{standing_in(span.file, span.cell)}line {span.cell_line + line - span.line}"
    return f"{given_as}, line {line}"


def location_of(line: int, given_as: str, spans: Sequence[SourceSpan]) -> Location:
    """Return where *line* of the graded file stands in what was handed in, as it lies there."""
    span = _span_of(line, spans)
    if span is None:
        return Location(path=given_as, line=1 if spans else line)
    if not span.file_line:
        return Location(path=given_as, cell=0 if span.file else span.cell)
    on_disk = span.file_line + span.apart * (line - span.line)
    return Location(path=span.file or given_as, line=on_disk, cell=span.cell)


def location_in(submission: Submission, path: str, line: int) -> Location | None:
    """Return where a line of one of a submission's files stands in what was handed in; None if it has no such line."""
    main = submission.files[0]
    file = next((file for file in submission.files if file.path == path), None)
    if file is None or not file.given_as or not 1 <= line <= file.content.count(b"\n") + 1:
        return None
    return location_of(line, file.given_as, submission.source_map if file is main else ())


def _span_of(line: int, spans: Sequence[SourceSpan]) -> SourceSpan | None:
    index = bisect.bisect_right(spans, line, key=lambda span: span.line) - 1
    return spans[index] if index >= 0 and line < spans[index].line + spans[index].lines else None


def standing_in(file: str, cell: int) -> str:
    """Return the beginning of where something stands: `cell 5, `, `tools.ipynb, cell 5, ` or `tools.py, `."""
    return "".join(f"{part}, " for part in (file, f"cell {cell}" if cell else "") if part)


def frames_of(trace: Sequence[str], text: str, main: str) -> tuple[tuple[str, int], ...]:
    """
    Return files that ran and lines in them, the deepest last: those of a trace, else that at the end of a syntax error's text.

    Both are a worker's words; whether there are such lines, `location_in` tells.
    """
    matches = (re.match(r"(.{1,1000}?), line (\d{1,9})(?=,)", line) for line in trace)
    frames = tuple((match[1], int(match[2])) for match in matches if match is not None)
    ends_in = re.search(rf"\({re.escape(main)}, line (\d{{1,9}})\)\Z", text)
    return ((main, int(ends_in[1])),) if not frames and ends_in is not None else frames


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
