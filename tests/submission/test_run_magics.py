"""`%run` in a notebook: what it runs counts, if it was handed in."""

import json

import pytest
from files import write_files

from grader.course import assignment as assignments
from grader.submission import read, read_whole

TOML = b"""\
title = "Addition"
summary = "Add."
file = "addition.py"
packages = []

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]
"""
HELPER = "import math\nprint('hello')\nSIGN = 1\ndef _two(a): return a\ndef plus(a, b): return _two(a) + SIGN * b\n"
ADD = "def add(a, b):\n    return plus(a, b)\n"


def book(*sources):
    """A notebook with these code cells."""
    return json.dumps(
        {"cells": [{"cell_type": "code", "source": source} for source in sources], "nbformat": 4}
    ).encode()


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """An assignment of one function."""
    course = tmp_path_factory.mktemp("course")
    write_files(course, {"assignments/addition/assignment.toml": TOML})
    return assignments.load(course, "addition")


def sum_of(submission, folder, monkeypatch):
    """Import what is graded and add."""
    write_files(folder, {file.path: file.content for file in submission.files})
    monkeypatch.syspath_prepend(folder)
    names = {}
    exec(submission.files[0].content, names)
    return names["add"](1, 2)


@pytest.mark.parametrize("read_it", [read, read_whole], ids=["by-definitions", "whole"])
@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("%run tools_a.ipynb", "tools_a.ipynb"),
        ("%run -i './tools_b.ipynb'", "tools_b.ipynb"),
        ("%run tools_c.py", "tools_c.py"),
    ],
    ids=["notebook", "quoted", "script"],
)
def test_what_a_notebook_runs_counts(assignment, tmp_path, monkeypatch, capsys, line, name, read_it):
    """Its definitions can be used, the private ones too, and are no rivals of the notebook that runs them."""
    files = {name: HELPER.encode() if name.endswith(".py") else book(*HELPER.split("\n", 2))}
    submission = read_it(write_files(tmp_path / "ada", {"addition.ipynb": book(f"{line}\n{ADD}"), **files}), assignment)

    assert sum_of(submission, tmp_path / "graded", monkeypatch) == 3
    assert submission.given_as == "addition.ipynb"


def test_lines_stay_where_they_were_written(assignment, tmp_path):
    """An exception is in the line that the student knows."""
    files = {"addition.ipynb": book("x = 1\n%run t.ipynb\n" + ADD), "t.ipynb": book(HELPER)}
    submission = read(write_files(tmp_path, files), assignment)

    (span,) = submission.source_map
    line = submission.files[0].content.decode().splitlines().index("def add(a, b):") + 1
    assert line - span.line + span.cell_line == 3


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("%run absent.ipynb", {}),
        ("%run t.ipynb", {"t.ipynb": b"{"}),
        ("%run t.ipynb", {"t.ipynb": book(HELPER), "t.py": b"y = 1\n"}),
        ("%run ../t.ipynb", {"t.ipynb": book(HELPER)}),
        ("%run a-b.ipynb", {"a-b.ipynb": book(HELPER)}),
    ],
    ids=["absent", "no-notebook", "another-module", "elsewhere", "no-name"],
)
def test_what_cannot_be_run_is_left_out_and_said(assignment, tmp_path, line, files):
    """Nobody loses points without a word."""
    submission = read(write_files(tmp_path, {"addition.ipynb": book(f"{line}\n{ADD}"), **files}), assignment)

    assert f"cell 1, line 1: left out, `%run` of a file that is not taken over: `{line}`" in submission.omitted


def test_a_name_with_half_a_letter_is_said_as_it_stands(assignment, tmp_path):
    """JSON can hold what no text can; it ends no reading."""
    content = book(f"%run HALF.ipynb\n{ADD}").replace(b"HALF", b"\\ud800")
    submission = read(write_files(tmp_path, {"addition.ipynb": content}), assignment)

    left_out = "cell 1, line 1: left out, `%run` of a file that is not taken over: `%run \\ud800.ipynb`"
    assert left_out in submission.omitted


def test_run_in_a_text_is_a_text(assignment, tmp_path):
    """A string that looks like a magic is not touched."""
    source = 'HELP = """\n%run t.ipynb\n"""\ndef add(a, b): return HELP\n'
    submission = read(write_files(tmp_path, {"addition.ipynb": book(source), "t.ipynb": book(HELPER)}), assignment)

    assert b"\n%run t.ipynb\n" in submission.files[0].content
