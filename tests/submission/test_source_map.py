"""Where lines of the graded file stand in what was handed in."""

import pytest

from grader.model import Location, SourceFile, SourceSpan, Submission
from grader.submission.source_map import (
    frames_of,
    line_as_written,
    location_in,
    location_of,
    text_as_written,
    trace_as_written,
)

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


ON_DISK = (
    SourceSpan(line=2, lines=3, cell=4, cell_line=10, file_line=70, apart=1),
    SourceSpan(line=6, lines=2, cell=5, cell_line=1, file_line=90, apart=0),
    SourceSpan(line=9, lines=2, cell=6, cell_line=1),
    SourceSpan(line=12, lines=2, cell=0, cell_line=3, file="tools.py", file_line=3, apart=1),
    SourceSpan(line=15, lines=2, cell=0, cell_line=3, file="made.py"),
)


@pytest.mark.parametrize(
    ("line", "location"),
    [
        pytest.param(1, Location(path="ada.ipynb"), id="ours"),
        pytest.param(4, Location(path="ada.ipynb", line=72, cell=4), id="line-by-line"),
        pytest.param(7, Location(path="ada.ipynb", line=90, cell=5), id="cell-on-one-line"),
        pytest.param(10, Location(path="ada.ipynb", cell=6), id="nobody-knows"),
        pytest.param(13, Location(path="tools.py", line=4), id="script-that-is-run"),
        pytest.param(16, Location(path="ada.ipynb"), id="script-that-a-cell-writes"),
    ],
)
def test_lines_are_found_in_the_file_itself(line, location):
    """As it lies there; where only the file is known, at its first line."""
    assert location_of(line, "ada.ipynb", ON_DISK) == location


def test_lines_of_a_script_are_its_own():
    """Nothing has moved them."""
    assert location_of(7, "ada.py", ()) == Location(path="ada.py", line=7)


@pytest.mark.parametrize(
    ("path", "line", "location"),
    [
        ("main.py", 3, Location(path="ada.ipynb", line=71, cell=4)),
        ("tools.py", 3, Location(path="hw/tools.py", line=3)),
        ("tools.py", 4, None),
        ("tools.py", 0, None),
        ("made.py", 1, None),
        ("/etc/passwd", 1, None),
    ],
)
def test_a_line_is_believed_where_there_is_one(path, line, location):
    """Of files that were handed in, under the names that they had; a worker may say anything."""
    files = (
        SourceFile(path="main.py", content=b"\n" * 20, given_as="ada.ipynb"),
        SourceFile(path="tools.py", content=b"1\n2\n", given_as="hw/tools.py"),
        SourceFile(path="made.py", content=b"1\n"),
    )
    submission = Submission(name="ada", files=files, sha256="", given_as="ada.ipynb", source_map=ON_DISK)

    assert location_in(submission, path, line) == location


def test_a_trace_is_files_and_lines():
    """The deepest last; what is none is passed over, and a syntax error has its line in its text."""
    trace = (
        "main.py, line 3, in f: main.py, line 9, in",
        "odd",
        "a, line 1.py, line 7, in g: x",
        "main.py, line x, in f",
    )

    assert frames_of(trace, "", "main.py") == (("main.py", 3), ("a, line 1.py", 7))
    assert frames_of((), "'return' outside function (main.py, line 3)", "main.py") == (("main.py", 3),)
    assert frames_of((), "(main.py, line 3) or so", "main.py") == ()
    assert frames_of(trace[:1], "no (main.py, line 5)", "main.py") == (("main.py", 3),)
