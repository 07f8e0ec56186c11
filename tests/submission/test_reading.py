"""From a path to a Submission: what is taken, what is refused, and what is the student's to fix."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from files import write_files

from grader.course import assignment as assignments
from grader.errors import SubmissionError
from grader.model import Defined, Extent, Location, ProblemKind, SourceSpan
from grader.submission import from_notebook, notebook, read, read_whole

ADD = b"def add(a, b):\n    return a + b\n"
LIMIT = 5000
TOML = b"""\
title = "Addition"
summary = "Add."
file = "addition.py"
packages = ["numpy", "torch", "torchvision"]

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]

[policy]
forbidden_imports = ["torchvision.models", "sklearn"]
max_submission_bytes = 5000
"""


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """An assignment that takes 5,000 bytes and forbids two modules."""
    course = tmp_path_factory.mktemp("course")
    write_files(course, {"assignments/addition/assignment.toml": TOML})
    return assignments.load(course, "addition")


def cells(*sources, output=""):
    """A notebook of code cells, the first of which has printed *output*."""
    book = {
        "cells": [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
            for source in sources
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    if output:
        book["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": output}]
    return json.dumps(book).encode()


def problem_of(assignment, folder, content):
    return read(write_files(folder, {"ada.py": content}) / "ada.py", assignment).problem


# --- what is taken ----------------------------------------------------------------------------------------------------


def test_file_of_any_name_becomes_the_assignments_file(assignment, tmp_path):
    """A single file is called for what the assignment asks for; the submission keeps the sender's name."""
    submission = read(write_files(tmp_path, {"ada lovelace.py": ADD}) / "ada lovelace.py", assignment)

    assert submission.name == "ada lovelace"
    assert [(file.path, file.content) for file in submission.files] == [("addition.py", ADD)]
    assert submission.problem is None


def test_folder_brings_its_other_python_files(assignment, tmp_path):
    """The asked-for file comes first, other Python files keep their places, and nothing else comes along."""
    files = {
        "addition.py": b"import helper\n",
        "helper.py": b"x = 1\n",
        "parts/more.py": b"y = 2\n",
        "data.csv": b"1,2\n",
        ".git/hook.py": b"no\n",
        "parts/__pycache__/more.py": b"no\n",
    }
    submission = read(write_files(tmp_path / "ada", files), assignment)

    assert submission.name == "ada"
    assert [file.path for file in submission.files] == ["addition.py", "helper.py", "parts/more.py"]


@pytest.mark.parametrize("name", ["answer.py", "answer.ipynb"], ids=["one-script", "one-notebook"])
def test_folder_with_one_candidate_is_understood(assignment, tmp_path, name):
    """A folder without the file, but with one script or one notebook, means that."""
    content = ADD if name.endswith(".py") else cells(ADD.decode())
    submission = read(write_files(tmp_path / "ada", {name: content}), assignment)

    assert [file.path for file in submission.files] == ["addition.py"]
    assert b"def add" in submission.files[0].content


def test_notebook_of_the_right_name_is_preferred(assignment, tmp_path):
    """Of several notebooks, the one that is called like the file is meant."""
    files = {"addition.ipynb": cells("x = 1"), "scratch.ipynb": cells("y = 2")}

    assert b"x = 1" in read(write_files(tmp_path / "ada", files), assignment).files[0].content


def test_notebook_says_what_was_left_out(assignment, tmp_path):
    """Definitions become the file; the rest is listed."""
    path = write_files(tmp_path, {"ada.ipynb": cells(ADD.decode(), "print(add(1, 2))")}) / "ada.ipynb"
    submission = read(path, assignment)

    assert ADD.strip() in submission.files[0].content
    (note,) = submission.omitted
    assert note.startswith("cell 2, line 1: left out")


def test_notebook_knows_where_its_lines_stand(assignment, tmp_path):
    """The submission carries the sender's name of the file, the cells of its lines, and names that went missing."""
    content = cells("print(1)\n" + ADD.decode(), "def main():\n    def sub(a, b):\n        return a - b")
    submission = read(write_files(tmp_path, {"ada.ipynb": content}) / "ada.ipynb", assignment)

    assert submission.given_as == "ada.ipynb"
    assert submission.source_map == (
        SourceSpan(line=1, lines=2, cell=1, cell_line=2, file_line=1),
        SourceSpan(line=4, lines=3, cell=2, cell_line=1, file_line=1),
    )
    assert (submission.absent, submission.extent) == ((), Extent.DEFINITIONS)


DEFINING = {
    "function": (b"x = 1\n\n@decorated\ndef add(a, b):\n    return a\n", 4),
    "class": (b"class add: pass\n", 1),
    "assignment": (b"import operator\nadd = operator.add\n", 2),
    "annotated": (b"add: object = None\n", 1),
    "one of a tuple": (b"x = 1\nadd, sub = abs, abs\n", 2),
    "below a condition": (b"try:\n    import a\nexcept ImportError:\n    def add(a, b): return a\n", 4),
    "again": (b"def add(a): pass\ndef add(a, b): pass\n", 2),
}


@pytest.mark.parametrize(("content", "line"), DEFINING.values(), ids=DEFINING)
def test_where_a_name_is_defined_is_known(assignment, tmp_path, content, line):
    """By function, class or assignment, the last one, at its own line and not its decorator's."""
    submission = read(write_files(tmp_path, {"ada.py": content}) / "ada.py", assignment)

    assert submission.definitions == (Defined(name="add", location=Location(path="ada.py", line=line)),)


@pytest.mark.parametrize(
    "content", [b"", b"def f():\n    def add(a, b): pass\n", b"add: int\n", b"def add(\n", b"x.add = 1\n"]
)
def test_what_defines_nothing_has_no_line(assignment, tmp_path, content):
    """A name inside of a function, a bare annotation, an attribute, and what is no Python."""
    assert read(write_files(tmp_path, {"ada.py": content}) / "ada.py", assignment).definitions == ()


def test_a_definition_is_found_where_the_student_has_it(assignment, tmp_path):
    """In a module that the graded file imports, by its own name in the folder; in a notebook at the line of its file."""
    files = {"hw/addition.py": "from parts import add\n", "hw/parts.py": "\n" + ADD.decode()}
    folder = read(write_files(tmp_path / "ada", files), assignment)
    book = json.dumps(json.loads(cells(["x = 1\n", "def add(a, b):\n", "    return a"])), indent=1)
    saved = read(write_files(tmp_path, {"eve.ipynb": book.encode()}) / "eve.ipynb", assignment)

    assert folder.definitions == (Defined(name="add", location=Location(path="hw/parts.py", line=2)),)
    ((_name, location),) = [(one.name, one.location) for one in saved.definitions]
    assert (location.path, location.cell) == ("eve.ipynb", 1)
    assert "def add(a, b):" in book.splitlines()[location.line - 1]


BROKEN = {
    "syntax": (b"x = 1\ndef add(\n", 2),
    "letter": (b"x = 1\n# \xff\n", 2),
    "import": (b"x = 1\n\nimport sklearn\ndef add(a, b):\n    return sklearn\n", 3),
    "use": (b"import torchvision\ndef add(a, b):\n    return torchvision.models.resnet18()\n", 3),
    "empty": (b"\n", 1),
    "binary": (b"x = 1\n\0", 1),
}


@pytest.mark.parametrize(("content", "line"), BROKEN.values(), ids=BROKEN)
def test_a_problem_has_a_line(assignment, tmp_path, content, line):
    """Where it shows, or the first where it is one of the whole file."""
    assert problem_of(assignment, tmp_path, content).location == Location(path="ada.py", line=line)


def test_a_problem_of_another_file_is_in_that_file(assignment, tmp_path):
    """By the name that the student gave it; what a cell writes is no file, and the notebook is named."""
    files = {"hw/addition.py": "import parts\n" + ADD.decode(), "hw/parts.py": "\nx = (\n"}
    folder = read(write_files(tmp_path / "ada", files), assignment)
    book = cells("%%writefile parts.py\nimport sklearn", "import parts\ndef add(a, b):\n    return parts")
    written = read(write_files(tmp_path, {"eve.ipynb": book}) / "eve.ipynb", assignment)
    none = read(write_files(tmp_path, {"no.ipynb": b"[1]"}) / "no.ipynb", assignment)

    assert folder.problem.location == Location(path="hw/parts.py", line=2)
    assert written.problem.location == Location(path="eve.ipynb")
    assert none.problem.location == Location(path="no.ipynb")


def test_what_a_notebook_runs_has_lines_of_its_own(assignment, tmp_path):
    """Definitions of another notebook, and of a script that shares its names, stand in these."""
    other = json.dumps(json.loads(cells(["\n", "def add(a, b):\n", "    return a"])), indent=1)
    for name, content in (("other.ipynb", other), ("other.py", "\n" + ADD.decode())):
        files = {"addition.ipynb": cells(f"%run -i {name}"), name: content}
        (found,) = read(write_files(tmp_path / name / "ada", files), assignment).definitions
        assert found.location.path == name
        assert "def add(a, b):" in content.splitlines()[found.location.line - 1]


def test_notebook_without_a_file_is_read_alike(assignment, tmp_path):
    """The cells of a running kernel give the submission that the saved notebook gives."""
    content = cells("x = 3", ADD.decode(), "import wandb")
    saved = read(write_files(tmp_path, {"ada.ipynb": content}) / "ada.ipynb", assignment)

    assert from_notebook("ada", content, assignment) == saved


def test_notebook_may_bring_modules(assignment, tmp_path):
    """A module that a cell writes, or that lies beside the notebook, can be imported by it."""
    book = cells(
        "%%writefile signs.py\nPLUS = 1", "import signs, helper\n" + ADD.decode(), "def f():\n    return signs, helper"
    )
    submission = read(write_files(tmp_path / "ada", {"addition.ipynb": book, "helper.py": b"y = 2\n"}), assignment)

    assert [file.path for file in submission.files] == ["addition.py", "helper.py", "signs.py"]
    assert submission.omitted == ()
    assert submission.files[0].content.startswith(b"import signs; import helper\n")


def test_script_that_does_something_is_taken_by_its_definitions(assignment, tmp_path):
    """What asks or trains at import is blanked in the script that is graded, and listed."""
    submission = read(write_files(tmp_path, {"ada.py": b"x = input()\n" + ADD}) / "ada.py", assignment)

    assert submission.files[0].content == b"\n" + ADD
    assert submission.omitted == ("line 1: left out, it waits or asks for input: `x = input()`",)
    assert submission.given_as == "ada.py"


def test_script_in_another_encoding_is_taken_by_its_definitions(assignment, tmp_path):
    """Text of a declared encoding keeps its letters when lines are left out."""
    content = b"# -*- coding: latin-1 -*-\nx = input()\nNAME = 'caf\xe9'\n" + ADD
    submission = read(write_files(tmp_path, {"ada.py": content}) / "ada.py", assignment)
    names = {}
    exec(compile(submission.files[0].content, "ada.py", "exec"), names)

    assert names["NAME"] == "café"


@pytest.mark.parametrize("name", ["ada.py", "ada.ipynb"])
def test_whole_submission_keeps_what_it_does(assignment, tmp_path, name):
    """Read whole, nothing is left out of a notebook or a script but magics."""
    source = ADD.decode() + "print(add(1, 2))\n"
    content = source.encode() if name.endswith(".py") else cells("%time\n" + source)
    submission = read_whole(write_files(tmp_path, {name: content}) / name, assignment)

    assert "print(add(1, 2))" in submission.files[0].content.decode()
    assert (submission.omitted, submission.extent) == ((), Extent.WHOLE)


def test_forbidden_import_of_a_notebook_names_the_cell(assignment, tmp_path):
    """Of what is graded, a forbidden import is named with its cell; one that nothing uses is not graded."""
    book = cells("x = 1", "from torchvision import models, transforms\n" + ADD.decode())
    used = cells("x = 1", "\nfrom torchvision import models\ndef add(a, b):\n    return models")
    problems = [
        read(write_files(tmp_path, {"ada.ipynb": content}) / "ada.ipynb", assignment).problem
        for content in (book, used)
    ]

    assert problems[0] is None
    assert problems[1].message == "cell 2, line 2: `torchvision.models` may not be imported in this assignment"


def test_notebook_of_which_nothing_can_be_read_is_explained(assignment, tmp_path):
    """Where every cell is lost, the missing names say why, and the file is not just called empty."""
    submission = read(write_files(tmp_path, {"ada.ipynb": cells("def add(:")}) / "ada.ipynb", assignment)

    assert submission.problem is None
    assert [(absent.name, absent.why) for absent in submission.absent] == [
        ("add", "cell 1, which names it, cannot be read (line 1: invalid syntax)")
    ]


def test_notebook_with_too_much_code_is_refused(assignment):
    """The limit is on a notebook's code, before anything is done with it."""
    with pytest.raises(
        SubmissionError, match=r"^ada\.ipynb: 6,000 bytes is more than the 5,000 that this assignment takes$"
    ):
        from_notebook("ada", cells("#" * 6000), assignment)


def test_outputs_of_a_notebook_do_not_count(assignment, tmp_path):
    """Pictures in a notebook may be larger than a submission; what counts is its code."""
    content = cells(ADD.decode(), output="#" * 2 * LIMIT)

    assert read(write_files(tmp_path, {"ada.ipynb": content}) / "ada.ipynb", assignment).problem is None


def test_hash_is_of_names_and_contents(assignment, tmp_path):
    """The same files hash the same wherever they lie; another content or another place hashes differently."""
    files = {"addition.py": ADD, "helper.py": b"x = 1\n"}
    variants = {
        "first": files,
        "again": dict(reversed(files.items())),
        "content": {**files, "helper.py": b"x = 2\n"},
        "place": {"addition.py": ADD, "other.py": b"x = 1\n"},
    }
    hashes = {name: read(write_files(tmp_path / name, some), assignment).sha256 for name, some in variants.items()}

    assert hashes["first"] == hashes["again"]
    assert len(set(hashes.values())) == 3
    expected = hashlib.sha256(b"addition.py\0%d\0%shelper.py\0%d\0x = 1\n" % (len(ADD), ADD, 6))
    assert hashes["first"] == expected.hexdigest()


def test_imports_are_found_without_running_anything(assignment, tmp_path):
    """Every absolute import is listed, of whatever form; a relative one is the submission's own."""
    content = (
        b"import os, torch.nn as nn\nfrom numpy import linalg\n"
        b"from . import helper\nfrom .parts import more\nraise ValueError\n"
    )
    submission = read(write_files(tmp_path, {"ada.py": content}) / "ada.py", assignment)

    assert submission.imports == ("numpy", "numpy.linalg", "os", "torch.nn")


# --- what is refused --------------------------------------------------------------------------------------------------


def test_nothing_there_is_refused(assignment, tmp_path):
    """A path that does not exist is named."""
    with pytest.raises(SubmissionError, match=r"ada\.py: no such file or folder$"):
        read(tmp_path / "ada.py", assignment)


def test_other_kinds_of_file_are_refused(assignment, tmp_path):
    """The text says what is taken."""
    write_files(tmp_path, {"ada.docx": b"x"})
    taken = r"expected a \.py file, a notebook \(\.ipynb\), a folder or a \.zip"
    with pytest.raises(SubmissionError, match=rf"ada\.docx: {taken}$"):
        read(tmp_path / "ada.docx", assignment)


@pytest.mark.parametrize(
    ("files", "held"),
    [
        pytest.param({}, "nothing", id="empty"),
        pytest.param({"readme.md": b"", "notes.txt": b""}, r"notes\.txt, readme\.md", id="no-python"),
        pytest.param({"a.py": b"", "b.py": b""}, r"a\.py, b\.py", id="two-scripts"),
    ],
)
def test_folder_without_the_file_is_refused(assignment, tmp_path, files, held):
    """The text names the file that was looked for and what was found."""
    folder = tmp_path / "ada"
    folder.mkdir()
    with pytest.raises(SubmissionError, match=rf"no addition\.py in this folder \(it holds {held}\)$"):
        read(write_files(folder, files), assignment)


@pytest.mark.parametrize("name", ["ada.py", "ada.ipynb"])
def test_enormous_file_is_never_read_whole(assignment, tmp_path, name):
    """A file of 200 GB is refused, or is the student's to fix, without reading it."""
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(200 * 10**9)
    try:
        message = read(path, assignment).problem.message
    except SubmissionError as error:
        message = str(error)

    limit = notebook.MAX_BYTES if name.endswith(".ipynb") else LIMIT
    assert f"{limit:,}" in message
    assert "200,000,000,000 bytes is more than" in message or "a notebook of more than" in message


def test_files_that_are_too_large_together_are_refused(assignment, tmp_path):
    """The limit is on all files that are imported together, and the text names both numbers."""
    files = {"addition.py": b"import helper\n" + b"#" * 3000, "helper.py": b"#" * 3000}
    with pytest.raises(SubmissionError, match="6,014 bytes is more than the 5,000 that this assignment takes"):
        read(write_files(tmp_path / "ada", files), assignment)


def test_too_many_imported_files_are_refused(assignment, tmp_path):
    """A file that imports hundreds of others is no submission."""
    names = [f"f{number}" for number in range(201)]
    files = {"addition.py": f"import {','.join(names)}\n".encode() + ADD, **{f"{name}.py": b"" for name in names}}
    with pytest.raises(SubmissionError, match=r"the graded file imports more than 200 others$"):
        read(write_files(tmp_path / "ada", files), assignment)


@pytest.mark.parametrize(
    ("others", "note"),
    [
        ({f"f{number:03d}.py": b"" for number in range(201)}, "f000.py, f001.py, f002.py and 198 more: left out, "),
        ({"big.py": b"#" * 4000, "more.py": b"#" * 4000}, "big.py, more.py: left out, "),
        ({"big.py": b"#" * 6000}, "big.py: 6,000 bytes is more than the 5,000 that this assignment takes; nothing "),
        (
            {"notes.py": b"\n\nx = 'caf\xe9'"},
            "notes.py, line 3: byte 0xe9 is not UTF-8; save the file as UTF-8; nothing ",
        ),
        (
            {"old/a.py": b"import sklearn"},
            "old/a.py, line 1: `sklearn` may not be imported in this assignment; nothing ",
        ),
        (
            {"draft.py": b"x = ("},
            "draft.py, line 1: '(' was never closed: x = (; nothing imports it, and it is left out",
        ),
    ],
    ids=["many", "large-together", "large", "latin-1", "forbidden", "syntax"],
)
def test_file_that_nothing_imports_costs_nothing(assignment, tmp_path, others, note):
    """What is wrong with a file that the graded one does not need is a note; what it needs still comes along."""
    files = {"addition.py": b"import helper\n" + ADD + b"y = helper\n", "helper.py": b"import deep", "deep.py": b""}
    submission = read(write_files(tmp_path / "ada", {**files, **others}), assignment)

    assert submission.problem is None
    assert [file.path for file in submission.files] == ["addition.py", "deep.py", "helper.py"]
    (said,) = submission.omitted
    assert said.startswith(note)


@pytest.mark.parametrize(
    "imports",
    [
        b"import helper",
        b"import parts.mean",
        b"from parts import mean",
        b"import parts",
        b"import importlib\nx = importlib.import_module('parts.mean')",
        b"exec(open('helper.py').read())",
    ],
    ids=["module", "submodule", "from-package", "package", "by-name", "by-path"],
)
def test_what_is_imported_indirectly_can_cost_points(assignment, tmp_path, imports):
    """Directly or through other files, a forbidden import of what is needed is one of the submission."""
    files = {
        "addition.py": imports.replace(b"exec", b"def load():\n    exec") + b"\n" + ADD,
        "helper.py": b"import parts.mean",
        "parts/__init__.py": b"from . import mean",
        "parts/mean.py": b"import sklearn",
    }
    problem = read_whole(write_files(tmp_path / "ada", files), assignment).problem

    assert problem.message == "parts/mean.py, line 1: `sklearn` may not be imported in this assignment"


def test_imported_file_that_cannot_be_read_is_refused(assignment, tmp_path):
    """What the graded file needs must be there."""
    files = {"addition.py": b"import helper\n" + ADD + b"y = helper\n", "helper.py": b"#" * 6000}
    with pytest.raises(SubmissionError, match=r"ada: helper\.py: 6,000 bytes is more than the 5,000"):
        read(write_files(tmp_path / "ada", files), assignment)


def test_pipe_is_refused(assignment, tmp_path):
    """What is no ordinary file is not opened: reading a pipe would never end."""
    os.mkfifo(tmp_path / "ada.py")
    with pytest.raises(SubmissionError, match=r"ada\.py: not an ordinary file"):
        read(tmp_path / "ada.py", assignment)


def test_link_in_a_folder_is_not_followed(assignment, tmp_path):
    """A link in what a student sent may lead to the reference solution, so it is never what is graded."""
    write_files(tmp_path, {"solutions/addition.py": ADD})
    folder = tmp_path / "eve"
    folder.mkdir()
    (folder / "addition.py").symlink_to("../solutions/addition.py")
    with pytest.raises(SubmissionError, match=r"addition\.py"):
        read(folder, assignment)


def test_link_beside_the_file_does_not_come_along(assignment, tmp_path):
    """Other files of a folder come along only if they are files."""
    folder = write_files(tmp_path / "eve", {"addition.py": ADD})
    (write_files(tmp_path, {"secret.py": b"x = 1\n"}) / "eve" / "helper.py").symlink_to("../secret.py")

    assert [file.path for file in read(folder, assignment).files] == ["addition.py"]


def test_link_that_leads_nowhere_is_refused(assignment, tmp_path):
    """A dangling link is named."""
    folder = tmp_path / "eve"
    folder.mkdir()
    (folder / "addition.ipynb").symlink_to("nowhere")
    with pytest.raises(SubmissionError, match=r"addition\.ipynb: a link"):
        read(folder, assignment)


def test_name_that_is_no_text_is_refused(assignment, tmp_path):
    """A file name that is not UTF-8, as a careless unzip makes it, is refused in words that can be printed."""
    folder = write_files(tmp_path / "ada", {"addition.py": ADD, os.fsdecode(b"caf\xe9.py"): b"x = 1\n"})
    with pytest.raises(SubmissionError, match="name") as refused:
        read(folder, assignment)
    assert str(refused.value).encode()


@contextlib.contextmanager
def as_ordinary_user():
    """Give up the privileges of root for a while: root may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder():
    """A folder that every user may enter; pytest's own are for one user."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_unreadable_file_is_refused(assignment, open_folder):
    """A file that may not be read is named, with the reason."""
    path = write_files(open_folder, {"ada.py": ADD}) / "ada.py"
    path.chmod(0)
    with as_ordinary_user(), pytest.raises(SubmissionError, match=r"ada\.py: cannot be read: Permission denied$"):
        read(path, assignment)


def test_unreadable_folder_is_refused(assignment, open_folder):
    """A folder that may not be listed is refused like a file that may not be read."""
    folder = write_files(open_folder, {"ada/addition.py": ADD}) / "ada"
    folder.chmod(0)
    with as_ordinary_user(), pytest.raises(SubmissionError, match=r"ada.*: (cannot be read|no addition\.py)"):
        read(folder, assignment)


# --- what is the student's to fix ------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b" \n\t\n"], ids=["no-bytes", "blank-lines"])
def test_empty_file_defines_nothing(assignment, tmp_path, content):
    """An empty file is like one in which everything is missing."""
    problem = problem_of(assignment, tmp_path, content)

    assert (problem.kind, problem.message) == (ProblemKind.EMPTY, "ada.py is empty")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            b"x = 1\ndef add(a, b:\n    return 1\n",
            "ada.py, line 2: '(' was never closed: def add(a, b:",
            id="syntax-error",
        ),
        pytest.param(
            b"def add(a, b):\nreturn a\n",
            "ada.py, line 2: expected an indented block after function definition on line 1: return a",
            id="indentation",
        ),
        pytest.param(
            b'x = 1\n\ny = "caf\xe9"\n',
            "ada.py, line 3: byte 0xe9 is not UTF-8; save the file as UTF-8",
            id="latin-1",
        ),
        pytest.param("x = 'ä'\n".encode("utf-16"), "ada.py is UTF-16 text; save it as UTF-8", id="utf-16-either-way"),
        pytest.param(b"\xfe\xff\0x", "ada.py is UTF-16 text; save it as UTF-8", id="utf-16-big-endian"),
        pytest.param(
            b"x = 1\0\n",
            "ada.py holds null bytes, so it is not a text file; save it as UTF-8",
            id="null-bytes",
        ),
        pytest.param(
            b"# coding: klingon\nx = 1\n",
            "ada.py: unknown encoding: klingon; save the file as UTF-8",
            id="unknown-encoding",
        ),
        pytest.param(
            b"# coding: rot13\nk = 1\n",
            "ada.py: the encoding that it declares is not one of text; save the file as UTF-8",
            id="encoding-of-no-text",
        ),
        pytest.param(
            b"# coding: undefined\nx = 1\n",
            "ada.py: the encoding that it declares is not one of text; save the file as UTF-8",
            id="encoding-that-reads-nothing",
        ),
        pytest.param(
            b"# coding: punycode\nx = 1 # -" + b"a" * 4000,
            "ada.py: the encoding that it declares is not one of text; save the file as UTF-8",
            id="encoding-of-host-names",
        ),
        pytest.param(b"x = " + b"-" * 4900 + b"1\n", "ada.py is nested too deeply to be read", id="too-deep"),
    ],
)
def test_file_that_is_no_python_says_where(assignment, tmp_path, content, message):
    """Every check raises, with the line if there is one and what to do."""
    problem = problem_of(assignment, tmp_path, content)

    assert (problem.kind, problem.message) == (ProblemKind.UNREADABLE, message)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + ADD,
        ADD.replace(b"\n", b"\r\n"),
        ADD.rstrip(b"\n"),
        b"# -*- coding: latin-1 -*-\ny = 'caf\xe9'\n" + ADD,
        b"s = '\\d'\n" + ADD,
    ],
    ids=["byte-order-mark", "windows-line-ends", "no-last-line-end", "declared-latin-1", "invalid-escape"],
)
@pytest.mark.filterwarnings("error")
def test_unusual_but_right_files_are_fine(assignment, tmp_path, content):
    """What Python reads, we read, and without warnings."""
    assert problem_of(assignment, tmp_path, content) is None


@pytest.mark.parametrize(
    ("statement", "used", "named"),
    [
        ("import sklearn", "sklearn", "sklearn"),
        ("import os, sklearn.datasets as d", "d", "sklearn"),
        ("from sklearn import datasets", "datasets", "sklearn"),
        ("from torchvision import models", "models", "torchvision.models"),
        ("from torchvision.models import vgg11", "vgg11", "torchvision.models"),
        ("from torchvision.models import *", "vgg11", "torchvision.models"),
        ("def f():\n    import sklearn", "f", "sklearn"),
    ],
    ids=["import", "submodule", "from", "from-parent", "from-submodule", "star", "inside-a-function"],
)
def test_forbidden_import_fails_with_its_line(assignment, tmp_path, statement, used, named):
    """However it is written, a forbidden import that what is asked for uses is named with its line."""
    source = f"x = 1\n{statement}\ndef helper(): return {used}\ndef add(a, b): return helper()\n"
    problem = problem_of(assignment, tmp_path, source.encode())

    line = 2 + statement.count("\n")
    message = f"ada.py, line {line}: `{named}` may not be imported in this assignment"
    assert (problem.kind, problem.message) == (ProblemKind.FORBIDDEN, message)


@pytest.mark.parametrize(
    "statement",
    [
        "import sklearn",
        "from torchvision import datasets, models, transforms",
        "from torchvision import models\ndef finetuned(): return models.vgg11()",
        "from torchvision import models\nclass Finetuned(models.VGG): pass",
        "import torchvision\ndef finetuned(): return torchvision.models.vgg11()",
    ],
    ids=["unused", "among-others", "by-a-function", "by-a-class", "as-an-attribute"],
)
def test_forbidden_import_that_nothing_asked_for_uses_costs_nothing(assignment, tmp_path, statement):
    """Students import more than they use, and fine-tune a finished network beside their own: that is left out."""
    path = tmp_path / "ada.py"
    path.write_text(f"{statement}\ndef add(a, b):\n    return a + b\n")
    submission = read(path, assignment)

    assert submission.problem is None
    names = {}
    exec(submission.files[0].content, names)
    assert names["add"](1, 2) == 3


@pytest.mark.parametrize(
    "source",
    [
        "import torchvision\ndef add(a, b): return torchvision.models.vgg11()",
        "import torchvision as tv\nadd = tv.models.vgg11",
        "import torchvision\nclass Base(torchvision.models.VGG): pass\ndef add(a, b): return Base()",
    ],
    ids=["call", "another-name", "base"],
)
def test_forbidden_module_reached_by_attribute_fails(assignment, tmp_path, source):
    """What is asked for may not use a forbidden module without importing it either."""
    problem = problem_of(assignment, tmp_path, source.encode())

    assert problem.message == "ada.py, line 2: `torchvision.models` may not be used in this assignment"


@pytest.mark.parametrize(
    "source",
    [
        "from torch import nn\ndef add(a, b): return nn.init.ones_(a)",
        "from torch import nn as layers\ndef add(a, b): return layers.init.ones_(a)",
    ],
    ids=["from", "another-name"],
)
def test_forbidden_name_below_an_imported_module_fails(assignment, tmp_path, source):
    """A part of a package that may be used is refused where it is reached through what was imported from the package."""
    strict = replace(assignment, policy=replace(assignment.policy, forbidden_imports=("torch.nn.init",)))

    assert (
        problem_of(strict, tmp_path, source.encode()).message
        == "ada.py, line 2: `torch.nn.init` may not be used in this assignment"
    )
    assert problem_of(strict, tmp_path, b"from torch import nn\ndef add(a, b): return nn.functional.relu(a)") is None


@pytest.mark.parametrize("statement", ["import torchvision", "import sklearnish", "from torchvision import transforms"])
def test_other_imports_are_allowed(assignment, tmp_path, statement):
    """Neither the parent of a forbidden module nor one of a longer name is meant."""
    assert problem_of(assignment, tmp_path, statement.encode() + b"\n") is None


def test_problem_in_another_file_names_that_file(assignment, tmp_path):
    """A helper that cannot be read is named itself."""
    source = ADD + b"import parts.helper\nx = parts.helper\n"
    folder = write_files(tmp_path / "ada", {"addition.py": source, "parts/helper.py": b"x = (\n"})

    assert read(folder, assignment).problem.message.startswith("parts/helper.py, line 1: ")


def test_file_that_is_no_notebook_says_so(assignment, tmp_path):
    """A notebook that cannot be read raises for every check, under its own name."""
    problem = read(write_files(tmp_path, {"ada.ipynb": b"{"}) / "ada.ipynb", assignment).problem

    assert problem.kind is ProblemKind.UNREADABLE
    assert problem.message.startswith("ada.ipynb: this is not a notebook: ")


# --- weights ----------------------------------------------------------------------------------------------------------


def test_weights_beside_the_code_are_named_and_stay_behind(assignment, tmp_path):
    """Checkpoints and arrays in a folder are not taken over, and the feedback says which."""
    (tmp_path / "addition.py").write_text("def add(a, b): return a + b\n")
    (tmp_path / "models").mkdir()
    for name in ("best.pt", "models/last.PTH", "models/x.npz", "data.npy", "notes.txt"):
        (tmp_path / name).write_bytes(b"\0" * 2_000_000)
    taken = read(tmp_path, assignment)

    assert [file.path for file in taken.files] == ["addition.py"]
    assert taken.omitted == (
        "best.pt, data.npy, models/last.PTH and 1 more: not taken over; only code is, and what it learns it learns here",
    )


def test_without_weights_nothing_is_said(assignment, tmp_path):
    """A folder of code alone leaves nothing behind."""
    (tmp_path / "addition.py").write_text("def add(a, b): return a + b\n")

    assert read(tmp_path, assignment).omitted == ()


def test_a_notebook_with_the_ending_of_a_script_is_graded(assignment, tmp_path):
    """It is one by what it holds, and the ending is said."""
    (tmp_path / "ada.py").write_bytes(cells(ADD.decode()))
    submission = read(tmp_path / "ada.py", assignment)

    assert submission.problem is None
    assert b"def add" in submission.files[0].content
    assert submission.omitted == ("ada.py: graded as the notebook that it is; give it the ending .ipynb",)


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        (
            b"%matplotlib inline\n",
            "(a notebook's command, which is no Python: remove it, or hand in the notebook itself)",
        )
    ],
)
def test_a_command_of_a_notebook_in_a_script_is_named(assignment, tmp_path, source, hint):
    """A magic that was copied into a script says what it is."""
    (tmp_path / "ada.py").write_bytes(source + ADD)
    problem = read(tmp_path / "ada.py", assignment).problem

    assert problem is not None
    assert problem.message == f"ada.py, line 1: invalid syntax: {source.decode().strip()} {hint}"
