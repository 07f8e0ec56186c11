"""Packages and helpers, handed in as students lay them out: the graded file finds what it found on their machine."""

import json
import sys
import types
import zipfile

import pytest
from files import write_files

from grader.course import assignment as assignments
from grader.errors import SubmissionError
from grader.submission import read, read_whole

TOML = b"""\
title = "Addition"
summary = "Add."
file = "addition.py"
packages = ["numpy"]

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]

[policy]
forbidden_imports = ["sklearn"]
max_submission_bytes = 5000
"""
ADD = "def add(a, b):\n    return plus(a, b)\n"
PLUS = "def plus(a, b):\n    return a + b\n"
DOTTED = f"from .tools import plus\n{ADD}"
NAMED = f"from hw.tools import plus\n{ADD}"
DEEP = f"from .deep import ONE\n{PLUS}"


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """An assignment of one function."""
    course = tmp_path_factory.mktemp("course")
    write_files(course, {"assignments/addition/assignment.toml": TOML})
    return assignments.load(course, "addition")


def graded(submission, folder, monkeypatch):
    """Run what is graded as a worker does; returns its module."""
    write_files(folder, {file.path: file.content for file in submission.files})
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    module = sys.modules["addition"] = types.ModuleType("addition")
    try:
        exec(compile(submission.files[0].content, "addition.py", "exec"), module.__dict__)
    finally:
        for name in set(sys.modules) - before:  # the next submission has other modules of these names
            del sys.modules[name]
    return module


def as_folder(files, tmp_path):
    return write_files(tmp_path / "ada", files)


def as_package(files, tmp_path):
    return write_files(tmp_path / "ada", files) / "hw"


def as_zip(files, tmp_path):
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return tmp_path / "ada.zip"


LAYOUTS = {
    "package": {"hw/__init__.py": "", "hw/main.py": NAMED, "hw/tools.py": DEEP, "hw/deep.py": "ONE = 1\n"},
    "folder-without-init": {"hw/main.py": NAMED, "hw/tools.py": DEEP, "hw/deep.py": "ONE = 1\n"},
    "with-dots": {"hw/__init__.py": "", "hw/main.py": DOTTED, "hw/tools.py": DEEP, "hw/deep.py": "ONE = 1\n"},
    "with-one-dot": {
        "hw/main.py": f"from . import tools\nplus = tools.plus\n{ADD}",
        "hw/tools.py": f"from hw import deep\n{PLUS}",
        "hw/deep.py": "",
    },
    "with-two-dots": {
        "hw/__init__.py": "X = 1\n",
        "hw/one/__init__.py": "X = 2\n",
        "hw/one/main.py": f"from ..all.tools import plus\nfrom .. import X\nif X == 2: plus = None\n{ADD}",
        "hw/all/tools.py": f"{PLUS}from ..one.main import add\n",
    },
    "with-an-init-that-imports": {
        "hw/__init__.py": "from .main import add\n",
        "hw/main.py": f"from hw.tools import plus\n{ADD}",
        "hw/tools.py": PLUS,
    },
    "as-a-module": {"hw/main.py": f"import hw.tools as t\nplus = t.plus\n{ADD}", "hw/tools.py": PLUS},
    "by-its-name": {
        "hw/main.py": f"import importlib\nplus = importlib.import_module('hw.tools').plus\n{ADD}",
        "hw/tools.py": PLUS,
    },
    "either-way": {
        "hw/main.py": f"try:\n    from .tools import plus\nexcept ImportError:\n    from tools import plus\n{ADD}",
        "hw/tools.py": PLUS,
    },
    "with-a-file-of-its-name": {"hw/hw.py": DOTTED, "hw/tools.py": PLUS},
    "notebook": {"hw/main.ipynb": None, "hw/tools.py": PLUS},
}
CELL = {"cell_type": "code", "source": f"import sys\nsys.path.append('..')\n{NAMED}"}
NOTEBOOK = json.dumps({"cells": [CELL], "nbformat": 4})


@pytest.mark.parametrize("read_it", [read, read_whole], ids=["by-definitions", "whole"])
@pytest.mark.parametrize("handed_in", [as_folder, as_package, as_zip])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_package_is_one(assignment, tmp_path, monkeypatch, layout, handed_in, read_it):
    """Whether it lies in the folder, is the folder or is all of a zip."""
    files = {name: NOTEBOOK if held is None else held for name, held in LAYOUTS[layout].items()}
    submission = read_it(handed_in(files, tmp_path), assignment)

    assert graded(submission, tmp_path / "graded", monkeypatch).add(1, 2) == 3
    assert (submission.problem, submission.omitted) == (None, ())


@pytest.mark.parametrize(
    "files",
    [
        {"__init__.py": "", "main.py": NAMED, "tools.py": DEEP, "deep.py": "ONE = 1\n"},
        {"__init__.py": "", "main.py": DOTTED, "tools.py": DEEP, "deep.py": "ONE = 1\n"},
        {"src/hw/__init__.py": "", "src/hw/tools.py": PLUS, "addition.py": NAMED},
        {"src/hw/__init__.py": "", "src/hw/tools.py": PLUS, "src/main.py": NAMED},
        {"src/hw/tools.py": PLUS, "notebooks/main.ipynb": NOTEBOOK},
        {"src/tools.py": PLUS, "main.py": f"import sys\nsys.path.append('src')\nfrom tools import plus\n{ADD}"},
        {"src/tools.py": PLUS, "src/main.py": f"from src.tools import plus\n{ADD}"},
        {"a/b/c/main.py": f"from tools import plus\n{ADD}", "a/b/c/tools.py": PLUS},
        {"math/main.py": DOTTED, "math/tools.py": PLUS},
        {"week 1/main.py": DOTTED, "week 1/tools.py": PLUS},
        {"class/main.py": DOTTED, "class/tools.py": PLUS},
        {"addition/addition.py": f"from addition.tools import plus\n{ADD}", "addition/tools.py": PLUS},
        {
            "addition.py": f"from addition.tools import plus\n{ADD}",
            "addition/tools.py": PLUS,
            "addition/__init__.py": "",
        },
        {
            "addition/__init__.py": "from .addition import add\n",
            "addition/addition.py": f"from addition.parts.tools import plus\n{ADD}",
            "addition/parts/__init__.py": "",
            "addition/parts/tools.py": f"from addition.parts import deep\nfrom addition.deep import ONE\n{PLUS}",
            "addition/parts/deep.py": "",
            "addition/deep.py": "ONE = 1\n",
        },
        {"addition.py": "from hw import *\n", "hw/__init__.py": "from .core import *\n", "hw/core.py": ADD + PLUS},
        {"hw/__init__.py": DOTTED, "hw/tools.py": PLUS},
        {"main.py": "import tools; from tools import plus; import sys\n" + ADD, "tools.py": PLUS},
        {"addition-1.py": f"from tools import plus\n{ADD}", "tools-1.py": PLUS, "tools.txt": "", "old/tools-2.py": ""},
        {"addition (2).py": f"from tools import plus\n{ADD}", "tools (2).py": PLUS, "tools (1).py": "x = 1\n"},
        {"byronada_12_3_addition.py": f"from tools import plus\n{ADD}", "byronada_12_4_tools.py": PLUS},
        {"hw/main.py": "x = 'é'; from . tools import plus\n" + ADD, "hw/tools.py": PLUS},
        {"hw/main.py": "# coding: latin-1\nx = 'é'\n".encode("latin-1") + DOTTED.encode(), "hw/tools.py": PLUS},
    ],
    ids=[
        "renamed",
        "renamed-with-dots",
        "installed",
        "in-src",
        "notebooks-beside-src",
        "on-the-path",
        "src-itself",
        "nested",
        "called-as-a-module-of-python",
        "called-by-no-name",
        "called-as-a-keyword",
        "called-as-the-file",
        "called-as-the-file-beside-it",
        "called-as-the-file-with-all",
        "all-of-a-package",
        "init-alone",
        "beside",
        "resubmitted",
        "downloaded-again",
        "canvas",
        "on-a-shared-line",
        "in-another-encoding",
    ],
)
def test_other_layouts_work_as_they_did(assignment, tmp_path, monkeypatch, files):
    """Whatever the student ran it from; what it prints and where it stands is the same."""
    submission = read(write_files(tmp_path / "ada", files), assignment)

    module = graded(submission, tmp_path / "graded", monkeypatch)
    assert module.add(1, 2) == 3
    assert getattr(module, "x", "é") == "é"
    assert submission.omitted == ()


def test_a_module_that_is_not_there_is_named_as_before(assignment, tmp_path):
    """No file takes the place of a package, of a part of a module, or of one of two alike."""
    files = {
        "main.py": "import wandb\nimport numpy.tools\nimport one\nfrom own.tools import y\ndef add(a, b): return a + b\n",
        "own.py": "y = 1\n",
        "tools.py": "",
        "a/one.py": "",
        "b/one.py": "",
        "x/own/tools.py": "",
        "x/numpy/tools.py": "",
    }
    submission = read(write_files(tmp_path / "ada", files), assignment)

    assert {file.path for file in submission.files} == {"addition.py", *files} - {"main.py"}
    assert submission.omitted == ()


@pytest.mark.parametrize(
    "files",
    [{"hw/main.py": f"from ....tools import plus\n{ADD}", "tools.py": PLUS}, {"main.py": DOTTED, "other.py": ""}],
    ids=["too-many", "not-there"],
)
def test_dots_that_lead_nowhere_stay(assignment, tmp_path, files):
    """Python says then what is wrong, about the line that the student wrote."""
    submission = read(write_files(tmp_path, files), assignment)

    assert submission.files[0].content.decode() == next(iter(files.values()))


def test_what_is_wrong_with_a_file_of_a_package_costs(assignment, tmp_path):
    """It is imported, so it counts, under the name by which it is; a copy that nothing imports stays out."""
    files = {"hw/__init__.py": "", "hw/main.py": NAMED, "hw/tools.py": f"import sklearn\n{PLUS}"}
    submission = read_whole(write_files(tmp_path / "ada", files), assignment)

    assert submission.problem.message == "hw/tools.py, line 1: `sklearn` may not be imported in this assignment"
    assert [file.path for file in submission.files] == ["addition.py", "hw/__init__.py", "hw/tools.py"]
    assert submission.omitted == ()


def test_a_file_of_a_package_that_cannot_be_read_is_refused(assignment, tmp_path):
    """The sentence names the file as it was handed in."""
    files = {"hw/main.py": NAMED, "hw/tools.py": "#" * 6000}
    with pytest.raises(SubmissionError, match=r"ada: hw/tools\.py: 6,000 bytes is more than the 5,000"):
        read(write_files(tmp_path / "ada", files), assignment)


def test_thousands_of_imports_are_read_in_bounds(assignment, tmp_path):
    """Names that lead nowhere, and deep ones, cost no more than their own parsing."""
    names = [f"a{number}.b" for number in range(300)] + [".".join("a" * 400)]
    files = {"addition.py": "".join(f"import {name}\n" for name in names) + PLUS.replace("plus", "add")}
    submission = read(write_files(tmp_path / "ada", {**files, **{f"x{n}/b.py": "" for n in range(300)}}), assignment)

    assert submission.problem is None
