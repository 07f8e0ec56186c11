"""`%run` in a notebook: what it runs counts, if it was handed in."""

import json
import sys

import pytest
from files import write_files

from grader.course import assignment as assignments
from grader.submission import read, read_whole
from grader.submission.source_map import line_as_written

TOML = b"""\
title = "Addition"
summary = "Add."
file = "addition.py"
packages = ["torch"]

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
    names, before = {}, set(sys.modules)
    exec(submission.files[0].content, names)
    for module in set(sys.modules) - before:  # the next submission has other modules of these names
        del sys.modules[module]
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


SCRIPTS = {
    "of-a-module-of-python": ("import math\n%run math.py\n", {"math.py": HELPER}),
    "of-a-package-that-is-there": ("%run torch.py", {"torch.py": HELPER}),
    "no-name": ("%run a-b.py", {"a-b.py": HELPER}),
    "a-keyword": ("%run class.py", {"class.py": HELPER}),
    "with-a-space": ("%run 'my tools.py'", {"my tools.py": HELPER}),
    "without-its-ending": ("%run tools", {"tools.py": HELPER}),
    "in-a-folder": ("%run lib/tools.py", {"lib/tools.py": "import near\n" + HELPER, "lib/near.py": ""}),
    "on-windows": ("%run lib\\tools.py", {"lib/tools.py": HELPER}),
    "as-a-module": ("%run -m lib.tools", {"lib/tools.py": HELPER}),
    "with-options": ("%run -n -t -N2 tools.py 7 # why", {"tools.py": HELPER}),
    "in-another-case": ("%run Tools.py", {"tools.py": HELPER}),
    "on-colab": ("%run /content/drive/My\\ Drive/hw/tools.py", {"tools.py": HELPER}),
    "in-a-block": ("if 1:\n    %run tools.py", {"tools.py": HELPER}),
    "written-before": (None, {}),
    "that-imports": ("%run a.py", {"a.py": "from b import *\nfrom b import _two", "b.py": HELPER}),
    "with-names-of-its-own": ("SIGN = 5\n%run tools.py\nSIGN = 7", {"tools.py": HELPER}),
    "with-names-that-may-be-missing": (
        "%run tools.py",
        {"tools.py": f"x = 1\ndel x\ntry: import no\nexcept ImportError: pass\n{HELPER}if SIGN: more = 1\n"},
    ),
    "with-names-in-a-block": ("%run tools.py", {"tools.py": "if 1:\n    def plus(a, b): return a + b\n"}),
}
NOTEBOOKS = {
    "of-a-module-of-python": ("import random\n%run random.ipynb", {"random.ipynb": [HELPER]}),
    "that-reads-our-names": ("SIGN = 1\n%run t.ipynb", {"t.ipynb": ["def plus(a, b): return a + SIGN * b"]}),
    "that-runs-others": (
        "%run t.ipynb",
        {"t.ipynb": ["%run lib/u.ipynb\nprint(1)"], "lib/u.ipynb": ["%run v.py"], "lib/v.py": HELPER},
    ),
    "beside-a-script-of-its-name": ("%run t.ipynb", {"t.ipynb": [HELPER], "t.py": "y = 1"}),
    "twice": ("%run t.ipynb\nx = 1\n%run t.ipynb", {"t.ipynb": [HELPER]}),
    "in-a-block": ("try:\n    %run t.ipynb\nexcept OSError: pass", {"t.ipynb": [HELPER]}),
    "in-a-captured-cell": ("%%capture\n%run t.ipynb", {"t.ipynb": [HELPER]}),
    "a-script-that-reads-our-names": ("SIGN = 1\n%run -i t.py", {"t.py": "def plus(a, b): return a + SIGN * b"}),
    "that-writes-a-script": ("%run t.ipynb\n%run w.py", {"t.ipynb": [f"%%writefile w.py\n{HELPER}"]}),
}


@pytest.mark.parametrize("read_it", [read, read_whole], ids=["by-definitions", "whole"])
@pytest.mark.parametrize(
    "case", [*SCRIPTS.values(), *NOTEBOOKS.values()], ids=[*SCRIPTS, *(f"notebook-{n}" for n in NOTEBOOKS)]
)
def test_whatever_a_notebook_runs_counts(assignment, tmp_path, monkeypatch, capsys, case, read_it):
    """Its names are there as IPython would have them; nothing is said to be left out that is needed."""
    line, files = case
    cells = [f"%%writefile tools.py\n{HELPER}", f"%run tools.py\n{ADD}"] if line is None else [f"{line}\n{ADD}"]
    beside = {name: book(*held) if isinstance(held, list) else held for name, held in files.items()}
    submission = read_it(write_files(tmp_path / "ada", {"hw.ipynb": book(*cells), **beside}), assignment)

    assert sum_of(submission, tmp_path / "graded", monkeypatch) == 3
    assert submission.given_as == "hw.ipynb"
    assert not [note for note in submission.omitted if "not taken over" in note]


def test_lines_stay_where_they_were_written(assignment, tmp_path):
    """An exception is in the file, the cell and the line that the student knows."""
    files = {
        "addition.ipynb": book("x = 1\n%run t.ipynb\n%run -i u.py\n" + ADD),
        "t.ipynb": book("y = 1", HELPER),
        "u.py": "\n\ndef more(): pass\n",
    }
    submission = read(write_files(tmp_path, files), assignment)
    lines = submission.files[0].content.decode().splitlines()

    def stands(line):
        return line_as_written(lines.index(line) + 1, submission.given_as, submission.source_map)

    assert stands("def add(a, b):") == "cell 1, line 4"
    assert stands("def _two(a): return a") == "t.ipynb, cell 2, line 4"
    assert stands("def more(): pass") == "u.py, line 3"


def test_what_is_left_out_of_a_notebook_that_is_run_is_said(assignment, tmp_path):
    """A name that got lost there is not lost without a word."""
    files = {
        "addition.ipynb": book("%run t.ipynb\n" + ADD),
        "t.ipynb": book("SIGN = int(input())", "def plus(: 1", "%%bash\nls", "print(1)", "print(2)", "%run no.py"),
    }
    submission = read(write_files(tmp_path, files), assignment)

    assert submission.omitted == (
        "t.ipynb, cell 6, line 1: left out, `%run` of a file that is not taken over: `%run no.py`",
        "t.ipynb, cell 3: left out, it is not Python (%%bash)",
        "t.ipynb, cell 2, line 1: invalid syntax; the cell is left out",
        "t.ipynb, cell 1, line 1: left out, it waits or asks for input: `SIGN = int(input())`",
        "t.ipynb, cells 4, 5: left out, no definition needs it",
    )


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("%run absent.ipynb", {}),
        ("%run t.ipynb", {"t.ipynb": b"{"}),
        ("%run t.py", {"t.py": b"x = ("}),
        ("%run -i t.py", {"t.py": b"x = ("}),
        ("%run ../t.ipynb", {"t.ipynb": book(HELPER)}),
        ("%run addition.ipynb", {}),
        ("%run -m t.u", {"t.ipynb": book(HELPER)}),
        ("%run 't.ipynb", {"t.ipynb": book(HELPER)}),
        ("%run --fast t.ipynb", {"t.ipynb": book(HELPER)}),
        ("%run -t", {}),
    ],
    ids=[
        "absent",
        "no-notebook",
        "no-python",
        "no-python-here",
        "elsewhere",
        "itself",
        "no-module",
        "half-a-quote",
        "no-option",
        "nothing",
    ],
)
def test_what_cannot_be_run_is_left_out_and_said(assignment, tmp_path, line, files):
    """Nobody loses points without a word."""
    submission = read(write_files(tmp_path, {"addition.ipynb": book(f"{line}\n{ADD}"), **files}), assignment)

    assert f"cell 1, line 1: left out, `%run` of a file that is not taken over: `{line}`" in submission.omitted


def test_a_file_that_is_only_shown_is_said(assignment, tmp_path):
    """`%load` puts a file into a cell, which then has to run."""
    submission = read(write_files(tmp_path, {"addition.ipynb": book(ADD, "%load t.py"), "t.py": HELPER}), assignment)

    assert "cell 2, line 1: left out, `%load` shows a file and does not run it: `%load t.py`" in submission.omitted


def test_notebooks_that_run_each_other_end(assignment, tmp_path):
    """Each is run until it would run again, and no more than twenty are run in all."""
    again = "%run a.ipynb\n%run b.ipynb\n%run c.ipynb\n"
    files = {f"{name}.ipynb": book(f"{name} = 1\n{again}") for name in "abc"}
    submission = read(write_files(tmp_path, {"addition.ipynb": book(again * 50 + ADD), **files}), assignment)

    assert 1 < submission.files[0].content.count(b"a = 1") < 20
    assert sum("not taken over: `%run a.ipynb`" in note for note in submission.omitted) < 12


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
