"""Which file of a folder or a zip is graded: the rule of docs/students.md, case by case."""

import json
import zipfile

import pytest
from files import write_files

from grader.course import assignment as assignments
from grader.errors import SubmissionError
from grader.submission import default_file, read

TOML = b"""\
title = "Addition"
summary = "Add."
file = "addition.py"
packages = []

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add", "Adder"]
"""
STUB = b'''\
"""Add."""


def add(a: int, b: int) -> int:
    """Return the sum."""
    raise NotImplementedError


class Adder:
    """Adds."""

    def __init__(self):
        super().__init__()
        raise NotImplementedError
'''
DONE = b"def add(a, b):\n    return a + b\n"
HALF = STUB.replace(b"    raise NotImplementedError\n\n\nclass", b"    return a + b\n\n\nclass")
TRY = b"from addition import add\n\ndef test_it():\n    assert add(1, 2) == 3\n"


def book(*sources):
    """A notebook with these code cells."""
    return json.dumps(
        {"cells": [{"cell_type": "code", "source": source.decode()} for source in sources], "nbformat": 4}
    ).encode()


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """An assignment with a stub."""
    course = tmp_path_factory.mktemp("course")
    write_files(course, {"assignments/addition/assignment.toml": TOML, "assignments/addition/addition.py": STUB})
    return assignments.load(course, "addition")


@pytest.fixture(params=["folder", "zip"])
def handed_in(request, tmp_path):
    """Hand in files, in a folder or in a zip."""

    def hand_in(files):
        if request.param == "folder":
            return write_files(tmp_path / "ada", files)
        with zipfile.ZipFile(tmp_path / "ada.zip", "w") as target:
            for name, content in files.items():
                target.writestr(name, content)
        return tmp_path / "ada.zip"

    return hand_in


@pytest.mark.parametrize(
    ("files", "graded"),
    [
        pytest.param({"addition.py": STUB, "addition.ipynb": book(DONE)}, "addition.ipynb", id="notebook-beside-stub"),
        pytest.param({"addition.py": DONE, "addition.ipynb": book(STUB)}, "addition.py", id="script-beside-stub"),
        pytest.param({"addition.py": STUB, "hw.py": DONE}, "hw.py", id="another-name-beside-stub"),
        pytest.param(
            {"addition.py": STUB.replace(b'"""Return the sum."""', b"# todo"), "hw.py": DONE},
            "hw.py",
            id="touched-stub",
        ),
        pytest.param(
            {"addition.py": b"def add(a, b): raise NotImplementedError('later')\n", "hw.py": DONE},
            "hw.py",
            id="own-stub",
        ),
        pytest.param({"addition.py": HALF, "hw.ipynb": book(DONE)}, "addition.py", id="half-done"),
        pytest.param({"addition-1.py": DONE, "notes.ipynb": book(b"x = 1")}, "addition-1.py", id="beside-notes"),
        pytest.param({"addition-1.py": DONE, "addition-2.py": DONE}, "addition-2.py", id="resubmitted"),
        pytest.param({"addition (2).py": DONE, "addition (10).py": DONE}, "addition (10).py", id="tenth"),
        pytest.param({"addition-1.py": DONE, "addition_final.py": DONE}, "addition-1.py", id="again-beats-others"),
        pytest.param({"addition-1.py": DONE, "addition_v3.py": DONE}, "addition-1.py", id="again-beats-versions"),
        pytest.param(
            {
                "byronada_12_345_addition.py": DONE,
                "byronada_LATE_12_346_addition-1.py": DONE,
                "byronada_12_347_x.py": DONE,
            },
            "byronada_LATE_12_346_addition-1.py",
            id="canvas",
        ),
        pytest.param(
            {"Ada Byron_7_assignsubmission_file_addition.py": DONE, "Ada Byron_7_assignsubmission_file_x.py": DONE},
            "Ada Byron_7_assignsubmission_file_addition.py",
            id="moodle",
        ),
        pytest.param(
            {"addition(1).ipynb": book(DONE), "addition 2.py": DONE}, "addition 2.py", id="browser-and-finder"
        ),
        pytest.param({"addition_v1.py": DONE, "Addition_V2.ipynb": book(DONE)}, "Addition_V2.ipynb", id="versions"),
        pytest.param(
            {"main.ipynb": book(b"%run tools.py\n" + DONE), "tools.py": HALF}, "main.ipynb", id="runs-a-script"
        ),
        pytest.param(
            {"main.ipynb": book(b"%run 'my tools'/b\n" + DONE), "my tools/b.py": DONE},
            "main.ipynb",
            id="runs-by-a-path",
        ),
        pytest.param(
            {"main.ipynb": book(b"%run -i ./a.b.ipynb\n" + DONE), "a.b.ipynb": book(DONE)},
            "main.ipynb",
            id="runs-a-notebook",
        ),
        pytest.param(
            {"addition.ipynb": book(b"%run hw.py"), "hw.py": DONE, "test.ipynb": book(b"%run hw.py")},
            "addition.ipynb",
            id="runs-all-of-another",
        ),
        pytest.param({"addition.py": DONE, "addition-1.py": DONE}, "addition.py", id="name-beats-version"),
        pytest.param({"Addition.PY": DONE, "notes.py": b"x = 1"}, "Addition.PY", id="upper-case"),
        pytest.param({"HW.IPYNB": book(DONE), "notes.py": b"x = 1"}, "HW.IPYNB", id="upper-case-notebook"),
        pytest.param({"src/addition.py": DONE, "readme.md": b""}, "src/addition.py", id="in-a-folder"),
        pytest.param({"addition.py": DONE, "old/addition.py": DONE}, "addition.py", id="older-in-a-folder"),
        pytest.param({"addition.py": DONE, "test_addition.py": TRY}, "addition.py", id="own-tests"),
        pytest.param({"hw.py": DONE, "test_hw.py": TRY.replace(b"addition", b"hw")}, "hw.py", id="own-tests-of-hw"),
        pytest.param(
            {"addition.py": b"from sums import *\n", "sums.py": DONE, "x.py": b""}, "addition.py", id="all-of-another"
        ),
        pytest.param(
            {"main.py": b"from sums import add\nclass Adder: pass\n", "sums.py": DONE},
            "main.py",
            id="helper-defines-too",
        ),
        pytest.param(
            {"addition.py": b"def ad(a, b): return a\n", "addition.ipynb": book(STUB)}, "addition.py", id="typo"
        ),
        pytest.param({"addition.py": b"def add(a, b: return\n", "x.py": b""}, "addition.py", id="syntax-error"),
        pytest.param({"addition.py": DONE.decode().encode("utf-16"), "x.py": b""}, "addition.py", id="utf-16"),
        pytest.param(
            {"addition.py": b"if True:\n    add = lambda a, b: a + b\n", "addition.ipynb": book(STUB)},
            "addition.py",
            id="defined-in-a-block",
        ),
        pytest.param({"addition.py": STUB, "addition.ipynb": book(STUB)}, "addition.py", id="only-stubs"),
        pytest.param(
            {
                "hw.py": DONE,
                "env/pyvenv.cfg": b"",
                "env/lib/addition.py": DONE,
                "lib/site-packages/addition.py": DONE,
                "node_modules/addition.py": DONE,
                ".git/addition.py": DONE,
                "__pycache__/addition.py": DONE,
                ".ipynb_checkpoints/addition.ipynb": book(DONE),
            },
            "hw.py",
            id="beside-environments-and-caches",
        ),
        pytest.param({"pyvenv.cfg": b"", "addition.py": DONE}, "addition.py", id="in-an-environment"),
    ],
)
def test_one_file_is_graded(handed_in, assignment, files, graded):
    """Of the files that define what is asked for, one counts, and the submission says which."""
    assert read(handed_in(files), assignment).given_as == graded


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"v1/addition.py": DONE, "v2/addition.py": DONE}, "v1/addition.py, v2/addition.py"),
        ({"a.py": DONE, "b.ipynb": book(DONE)}, "a.py, b.ipynb"),
        ({"addition-1.py": DONE, "addition (1).py": DONE}, "addition (1).py, addition-1.py"),
        ({"addition_v1.py": DONE, "addition_final.py": DONE}, "addition_final.py, addition_v1.py"),
        ({"addition2.ipynb": book(DONE), "hw.py": DONE}, "addition2.ipynb, hw.py"),
        (
            {"a_1_2_addition.py": DONE, "b_1_3_addition-1.py": DONE, "c_late_1_4_x.py": DONE},
            "a_1_2_addition.py, b_1_3_addition-1.py, c_late_1_4_x.py",
        ),
        ({"hw.ipynb": book(b"%run no.py\n" + DONE), "tools.py": DONE}, "hw.ipynb, tools.py"),
        ({f"{letter}.py": DONE for letter in "abcdefg"}, "a.py, b.py, c.py, d.py, e.py and 2 more"),
    ],
    ids=[
        "versions-in-folders",
        "two-names",
        "same-number",
        "version-and-final",
        "version-and-another",
        "a-class",
        "runs-something-else",
        "many",
    ],
)
def test_several_files_that_could_be_meant_are_named(handed_in, assignment, files, named):
    """Nothing is guessed: one sentence names them and says what to do, for one submission and for a class."""
    path = handed_in(files)
    with pytest.raises(SubmissionError) as refused:
        read(path, assignment)

    how = f"name its submissions: {path}/*" if path.is_dir() else "unpack it and name its submissions: DIR/*"
    assert str(refused.value) == (
        f"{path}: several files define what is asked for, and nobody can tell which one is meant: {named}; "
        f"keep one, or call it addition.py and put it into no folder; to grade a class, {how}"
    )


def test_stub_that_is_graded_is_said_to_be_one(handed_in, assignment):
    """Where nothing else is there, the stub is what was handed in."""
    submission = read(handed_in({"addition.py": STUB, "notes.ipynb": book(b"x = 1")}), assignment)

    assert submission.omitted == (
        "addition.py is graded, which is as it was handed out: no other file defines what is asked for",
    )


def test_candidates_that_are_not_graded_are_named(handed_in, assignment):
    """A student who meant another file learns of it; a helper of the graded file is none."""
    files = {
        "addition.py": b"from sums import Adder\ndef add(a, b): return Adder\n",
        "addition.ipynb": book(DONE),
        "sums.py": b"class Adder: pass\n",
    }
    (note,) = read(handed_in(files), assignment).omitted

    assert note == (
        "addition.ipynb is not graded, but addition.py: one file counts, and that has the name that is asked for"
    )


@pytest.mark.parametrize(
    ("files", "note"),
    [
        (
            {"addition-1.py": DONE, "addition-2.py": DONE, "addition_final.py": DONE},
            "addition-1.py, addition_final.py are not graded, but addition-2.py: one file counts, and that is the newest "
            "resubmission",
        ),
        (
            {"src/addition.py": b"import hw\n" + DONE, "src/hw.py": b"x = 1\n", "hw.py": DONE},
            "hw.py is not graded, but src/addition.py: one file counts, and that has the name that is asked for",
        ),
        (
            {"src/addition.py": b"import hw\n" + DONE, "src/hw.py": b"x = 1\n", "old/hw.py": DONE},
            "old/hw.py is not graded, but src/addition.py: one file counts, and that has the name that is asked for",
        ),
        ({"src/addition.py": b"import hw\n" + DONE, "src/hw.py": DONE, "readme.md": b""}, None),
        ({"addition.ipynb": book(b"%run b.ipynb\n" + DONE), "b.ipynb": book(b"%run c.py"), "c.py": DONE}, None),
        (
            {"a.py": b"import b\n" + DONE, "b.py": b"import a\n" + DONE, "c.py": b"import a, b\n" + DONE, "x.py": b""},
            None,
        ),
        (
            {"a.py": b"from x import b\n" + DONE, "x/b.py": b"y = 1\n", "b.py": DONE},
            "b.py is not graded, but a.py: one file counts, and that is the only one that no other imports",
        ),
    ],
    ids=[
        "resubmitted",
        "beside-a-helper-of-its-name",
        "in-a-folder-of-its-own",
        "helper-in-a-folder",
        "run-by-a-helper",
        "helpers",
        "not-its-helper",
    ],
)
def test_every_rival_is_named_and_no_helper(handed_in, assignment, files, note):
    """Whatever folder a file lies in, the feedback names it if it could have been meant, with the true reason."""
    submission = read(handed_in(files), assignment)

    assert [said for said in submission.omitted if "not graded" in said] == ([note] if note else [])


def test_imports_are_looked_for_beside_the_graded_file(handed_in, assignment):
    """A file in a folder finds its helpers there, and others where they lie."""
    files = {
        "src/addition.py": b"import helper\n" + DONE,
        "src/helper.py": b"x = 1\n",
        "helper.py": b"x = 2\n",
        "other/more.PY": b"",
    }
    submission = read(handed_in(files), assignment)

    assert {file.path: file.content for file in submission.files[1:]} == {"helper.py": b"x = 1\n", "other/more.py": b""}


def test_a_large_environment_costs_nothing(handed_in, assignment):
    """Thousands of installed files are skipped, whatever their folder is called."""
    installed = {f"my env/lib/p{number}/a{number}.py": DONE for number in range(3000)}
    submission = read(handed_in({"addition.py": DONE, "my env/pyvenv.cfg": b"", **installed}), assignment)

    assert [file.path for file in submission.files] == ["addition.py"]
    assert submission.omitted == ()


def test_links_of_an_environment_do_not_refuse_a_zip(assignment, tmp_path):
    """The `python` of a virtual environment is a link."""
    link = zipfile.ZipInfo("env/bin/python")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as target:
        target.writestr("addition.py", DONE)
        target.writestr("env/pyvenv.cfg", "")
        target.writestr(link, "/usr/bin/python3")

    assert read(tmp_path / "ada.zip", assignment).given_as == "addition.py"


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"addition.py": STUB, "addition.ipynb": book(DONE)}, "addition.ipynb"),
        ({"addition.py": STUB}, "addition.py"),
        ({"addition.py": b"x = 1\n"}, "addition.py"),
        ({"notes.py": b"x = 1\n", "old/addition.py": DONE}, None),
    ],
    ids=["finished-notebook", "stub", "without-definitions", "nothing"],
)
def test_file_that_is_checked_without_a_name(assignment, tmp_path, files, name):
    """In the current folder the same rule holds, without a look into the folders in it."""
    folder = write_files(tmp_path, files)

    assert default_file(folder, assignment) == (None if name is None else folder / name)


def test_file_to_check_must_be_clear(assignment, tmp_path):
    """Of two that could be meant, one must be named."""
    with pytest.raises(SubmissionError, match=r"which one is meant: a\.py, b\.py; .*; name the one to check$"):
        default_file(write_files(tmp_path, {"a.py": DONE, "b.py": DONE}), assignment)
