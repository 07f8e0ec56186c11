"""Where lines of the graded file stand in what was handed in."""

import pytest

from grader.model import SourceSpan
from grader.submission.source_map import line_as_written, text_as_written, trace_as_written

SPANS = (SourceSpan(line=2, lines=3, cell=4, cell_line=10), SourceSpan(line=6, lines=1, cell=1, cell_line=5))


@pytest.mark.parametrize(
    ("line", "written"),
    [
        (1, "ada.ipynb, line 1"),
        (2, "cell 4, line 10"),
        (4, "cell 4, line 12"),
        (5, "ada.ipynb, line 5"),
        (6, "cell 1, line 5"),
        (99, "ada.ipynb, line 99"),
    ],
)
def test_lines_are_found_in_their_cells(line, written):
    """A line of a run is counted from the run's first line; between runs and beyond, only the file is known."""
    assert line_as_written(line, "ada.ipynb", SPANS) == written


def test_traces_are_told_in_the_students_terms():
    """Lines of the main file are rewritten, whatever follows them; all others stay."""
    trace = ("main.py, line 3, in f: main.py, line 3, in", "helper.py, line 3, in g: x", "odd", "main.py, line x, in f")

    assert trace_as_written(trace, "main.py", "ada.ipynb", SPANS) == (
        "cell 4, line 11, in f: main.py, line 3, in",
        *trace[1:],
    )
    assert trace_as_written(trace[:1], "main.py", "", ())[0].startswith("main.py, line 3, in f")


def test_a_trace_quotes_what_the_student_wrote():
    """What opens a graded file is none of the student's."""
    trace = ("main.py, line 1, in <module>: from __future__ import annotations; x = 1 / 0",)

    assert trace_as_written(trace, "main.py", "ada.py", ()) == ("ada.py, line 1, in <module>: x = 1 / 0",)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("'return' outside function (main.py, line 3)", "'return' outside function (cell 4, line 11)"),
        ("(main.py, line 3) or so", "(main.py, line 3) or so"),
        ("invalid (other.py, line 3)", "invalid (other.py, line 3)"),
    ],
)
def test_syntax_errors_are_told_in_the_students_terms(text, written):
    """Only the place at the end of the text is rewritten."""
    assert text_as_written(text, "main.py", "ada.ipynb", SPANS) == written
