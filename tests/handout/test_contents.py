"""What is handed out of an assignment: the files of a handout, and nothing that knows an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from files import write_files

from grader.course import assignment as assignments
from grader.errors import AssignmentError
from grader.handout import Contents, contents_of

TOML = """\
title = "Addition"
summary = "Add."
file = "addition.py"

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]
"""
STUB = '''\
def add(a, b):
    """Add."""
    raise NotImplementedError
'''
REFERENCE = '''\
def add(a, b):
    """Add."""
    total = a + b
    return total
'''
CHECK = "def test_add(student):\n    assert student.add(1, 2) == 3\n"
HIDDEN = "def test_large(student):\n    assert student.add(10**9, 1) == 10**9 + 1\n"
MISTAKES = "def subtracts(a, b):\n    return a - b\n"
COURSE = {
    "assignments/addition/assignment.toml": TOML,
    "assignments/addition/README.md": "# Addition\n",
    "assignments/addition/addition.py": STUB,
    "assignments/addition/checks/test_add.py": CHECK,
    "solutions/addition/addition.py": REFERENCE,
    "solutions/addition/checks/test_hidden.py": HIDDEN,
    "solutions/addition/misconceptions.py": MISTAKES,
    "solutions/addition/specimens/stub/addition.py": STUB,
    "solutions/addition/specimens/empty/addition.py": "",
}


def notebook(*cells: str, outputs: tuple[dict[str, object], ...] = (), **metadata: object) -> str:
    """Write a notebook; the outputs are those of its first cell."""
    made = [
        {"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": [], "metadata": {}} for cell in cells
    ]
    made[0]["outputs"] = list(outputs)
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def handed_out(folder: Path, **more: str) -> Contents:
    """Write the course, with files of the assignment beside or in place of its own, and return what is handed out of it."""
    own = {f"assignments/addition/{name}": content for name, content in more.items()}
    return contents_of(assignments.load(write_files(folder, COURSE | own), "addition"))


def test_what_is_listed_is_handed_out_and_nothing_else(tmp_path: Path) -> None:
    """Stub, text, notebook, public checks, tables and pictures; all else is named, but for what tools leave behind."""
    book = notebook(STUB)
    contents = handed_out(
        tmp_path,
        **{
            "addition.ipynb": book,
            "hints.msgpack": "sealed",
            "networks.py": "NETWORKS = ()\n",
            "pictures/sum.svg": "<svg/>",
            "notes.txt": "for staff",
            "addition_solved.py": REFERENCE,
            "checks/data/answers.json": "[3]",
            "__pycache__/addition.pyc": "x",
            ".ipynb_checkpoints/addition-checkpoint.ipynb": book,
            ".DS_Store": "x",
        },
    )

    assert contents.files == {
        "README.md": b"# Addition\n",
        "addition.ipynb": book.encode(),
        "addition.py": STUB.encode(),
        "assignment.toml": b'slug = "addition"\n' + TOML.encode(),
        "checks/test_add.py": CHECK.encode(),
        "hints.msgpack": b"sealed",
        "networks.py": b"NETWORKS = ()\n",
        "pictures/sum.svg": b"<svg/>",
    }
    assert contents.left_out == ("addition_solved.py", "checks/data/answers.json", "notes.txt")
    assert contents.is_compared


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """It may lead to the solution."""
    write_files(tmp_path, COURSE)
    link = tmp_path / "assignments/addition/checks/test_more.py"
    link.symlink_to(tmp_path / "solutions/addition/checks/test_hidden.py")

    contents = contents_of(assignments.load(tmp_path, "addition"))

    assert contents.left_out == ("checks/test_more.py",)


def test_a_handout_can_be_handed_out_again(tmp_path: Path) -> None:
    """It is the same, and there is nothing to compare it with."""
    first = handed_out(tmp_path / "course")
    folder = tmp_path / "handed out"
    write_files(folder, {name: content.decode() for name, content in first.files.items()})

    again = contents_of(assignments.load(folder, "addition"))

    assert again.files == first.files
    assert not again.is_compared


@pytest.mark.parametrize("name", ["README.md", "addition.py"])
def test_what_every_handout_has_must_be_there(tmp_path: Path, name: str) -> None:
    """A missing file is named."""
    write_files(tmp_path, COURSE)
    path = tmp_path / "assignments/addition" / name
    path.unlink()

    with pytest.raises(AssignmentError) as error:
        contents_of(assignments.load(tmp_path, "addition"))

    assert str(error.value) == f"{path}: no such file, and every handout has one"


TRACE = "Traceback (most recent call last)\nCell In[1], line 3\n      2     total = a + b\n----> 3     return a - b\n"
LONG = """\
def mean(values):
    return round(
        sum(values) / len(values),
        ndigits=4,
    )
"""
FENCED = "- so:\r\n  ```{.python}\r\n  return round(sum(values) / len(values),\r\n     ndigits=4)\r\n"
TEST_LARGE = "line 1 of {}/checks/test_hidden.py does: `def test_large(student):`"
SUBTRACTS = "line 1 of {}/misconceptions.py does: `def subtracts(a, b):`"
MEANS = "line 3 of {}/misconceptions.py does: `def mean(values):`"
ADD = "line 1 of {}/addition.py does: `def add(a, b):`"
TOTAL = "line 3 of {}/addition.py does: `total = a + b`"
MEAN = "line 4 of {}/misconceptions.py does: `return round(`"
IN_MARKUP = "<pre>\x1b[32m    2 \x1b[39m<b>return</b> round( sum(values) <i>/</i> len(values), ndigits=4, )</pre>"
ANSWERS = {
    "solved-cell": ("addition.ipynb", notebook(REFERENCE), ADD),
    "solved-cell-with-magics": ("addition.ipynb", notebook("%%time\n" + REFERENCE + "!ls\n"), ADD),
    "one-statement": ("addition.ipynb", notebook("def add(a, b):\n    total=(a+b)  # so\n    return 0\n"), TOTAL),
    "indented-cell": ("addition.ipynb", notebook("    total = a + b\n    for x in total:\n"), TOTAL),
    "traceback": (
        "addition.ipynb",
        notebook("add(1, 2)", outputs=({"output_type": "error", "traceback": TRACE.splitlines(keepends=True)},)),
        TOTAL,
    ),
    "output": (
        "addition.ipynb",
        notebook("1", outputs=({"output_type": "stream", "name": "stdout", "text": MISTAKES},)),
        SUBTRACTS,
    ),
    "markup": ("addition.ipynb", notebook("1", outputs=({"data": {"text/html": IN_MARKUP}},)), MEAN),
    "written-out": ("addition.ipynb", notebook("1", outputs=({"text": repr(LONG)},)), MEANS),
    "metadata": (
        "addition.ipynb",
        notebook("1", staff={"hidden": HIDDEN}),
        TEST_LARGE,
    ),
    "text": ("README.md", f"Like this:\n\n```python\n{REFERENCE}```\n", TOTAL),
    "text-in-a-list": ("README.md", FENCED, MEAN),
    "line-of-text": ("README.md", "Try\n\n    return a - b\n", "line 2 of {}/misconceptions.py does: `return a - b`"),
    "within-a-line": ("README.md", "Some write `return round(sum(values) / len(values), ndigits=4)` here.", MEAN),
    "comment": ("addition.py", STUB + "# return round(\n#     sum(values) / len(values), ndigits=4)\n", MEAN),
    "comment-of-the-course": ("assignment.toml", TOML + "# return round(sum(values) / len(values), ndigits=4)\n", MEAN),
    "picture": ("pictures/a.svg", "<svg><text>return round(sum(values) / len(values), ndigits=4)</text></svg>", MEAN),
}


@pytest.mark.parametrize(("name", "content", "said"), ANSWERS.values(), ids=ANSWERS)
def test_a_statement_of_the_solution_is_found(tmp_path: Path, name: str, content: str, said: str) -> None:
    """In cells, outputs, metadata, texts, comments and pictures, however it is laid out; both places are named."""
    write_files(tmp_path, COURSE | {"solutions/addition/misconceptions.py": MISTAKES + LONG})
    (tmp_path / "assignments/addition" / name).parent.mkdir(exist_ok=True)
    (tmp_path / "assignments/addition" / name).write_text(content)

    with pytest.raises(AssignmentError) as error:
        contents_of(assignments.load(tmp_path, "addition"))

    place, solution = tmp_path / "assignments/addition" / name, tmp_path / "solutions/addition"
    assert str(error.value) == (f"{place}: holds what {said.format(solution)}; take it out, or run `grader build`")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("addition.py", REFERENCE.replace('"""Add."""', '"""Add two numbers."""  # solved'), ADD),
        ("checks/test_more.py", HIDDEN.replace("10**9", "10 ** 9"), TEST_LARGE),
        ("networks.py", "# tables\n" + MISTAKES, SUBTRACTS),
    ],
    ids=["solved-stub", "hidden-check", "mistakes"],
)
def test_a_function_of_the_solution_is_found_in_python(tmp_path: Path, name: str, content: str, said: str) -> None:
    """A stub that is solved, a hidden check among the public ones, known mistakes under another name."""
    with pytest.raises(AssignmentError) as error:
        handed_out(tmp_path, **{name: content})

    place, solution = tmp_path / "assignments/addition" / name, tmp_path / "solutions/addition"
    assert str(error.value) == f"{place}: holds what {said.format(solution)}; take it out"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("assignments/addition/addition.py", "caf\xe9 = 1\n".encode("latin-1")),
        ("solutions/addition/addition.py", b"def add(a, b:\n"),
        ("solutions/addition/checks/test_hidden.py", b"x = '\xff'\n"),
    ],
    ids=["stub", "reference", "hidden-check"],
)
def test_what_cannot_be_read_cannot_be_compared(tmp_path: Path, name: str, content: bytes) -> None:
    """Python that nobody can read is named; it could hold, or hide, anything."""
    write_files(tmp_path, COURSE)
    (tmp_path / name).write_bytes(content)

    with pytest.raises(AssignmentError) as error:
        contents_of(assignments.load(tmp_path, "addition"))
    assert str(error.value).startswith(f"{tmp_path / name}: cannot be read as Python, and so not be compared: ")


def test_python_is_read_as_python_reads_it(tmp_path: Path) -> None:
    """With a mark of its encoding, other line ends, or an encoding that it names."""
    write_files(tmp_path, COURSE)
    (tmp_path / "solutions/addition/addition.py").write_bytes(
        b"\xef\xbb\xbf" + REFERENCE.replace("\n", "\r\n").encode()
    )
    (tmp_path / "assignments/addition/addition.py").write_bytes(b"# coding: latin-1\ncaf\xe9 = 1\n" + STUB.encode())
    (tmp_path / "assignments/addition/README.md").write_bytes("# Add\xeds\n".encode("utf-16"))
    assert contents_of(assignments.load(tmp_path, "addition")).is_compared

    (tmp_path / "assignments/addition/addition.ipynb").write_text(notebook(REFERENCE))
    with pytest.raises(AssignmentError, match=r"holds what line 1 of .*addition\.py does: `def add"):
        contents_of(assignments.load(tmp_path, "addition"))


def test_what_lies_about_in_a_solution_stops_nothing(tmp_path: Path) -> None:
    """A link that an editor leaves, a folder with the name of a file, a helper script, a submission that is the stub."""
    write_files(
        tmp_path,
        COURSE
        | {
            "solutions/addition/checks/folder.py/notes": "x",
            "solutions/addition/calibrate.py": "model = Net()\nmodel.train()\n",
            "solutions/addition/specimens/not_begun/addition.py": STUB,
            "assignments/addition/README.md": "    model = Net()\n    model.train()\n",
        },
    )
    (tmp_path / "solutions/addition/checks/.#test_hidden.py").symlink_to("ada@machine.1")

    assert contents_of(assignments.load(tmp_path, "addition")).is_compared


def test_what_the_public_files_say_may_be_said_anywhere(tmp_path: Path) -> None:
    """A statement that the stub has too is no secret, nor is a single word or an import."""
    shared = "def show(x):\n    print(x + 1)\n"
    write_files(tmp_path, COURSE | {"solutions/addition/addition.py": f"import math\n{REFERENCE}{shared}pass\n"})
    more = {"addition.py": STUB + shared, "addition.ipynb": notebook("import math\n" + shared + "pass\n")}
    own = {f"assignments/addition/{name}": content for name, content in more.items()}

    contents = contents_of(assignments.load(write_files(tmp_path, own), "addition"))

    assert "addition.ipynb" in contents.files


@pytest.mark.parametrize("name", ["checks/test_more.py", "networks.py", "pictures/sum.png"])
def test_a_file_of_the_solution_is_not_handed_out(tmp_path: Path, name: str) -> None:
    """Whatever it is called."""
    with pytest.raises(AssignmentError) as error:
        handed_out(tmp_path, **{name: MISTAKES})

    assert str(error.value) == (
        f"{tmp_path}/assignments/addition/{name}: is the same file as {tmp_path}/solutions/addition/misconceptions.py; "
        "hand out another one"
    )


def test_a_file_that_is_no_notebook_is_named(tmp_path: Path) -> None:
    """It could hold anything."""
    for content, said in (("cells", "Expecting value"), ("[" * 100_000, "maximum recursion")):
        with pytest.raises(AssignmentError) as error:
            handed_out(tmp_path, **{"addition.ipynb": content})
        assert str(error.value).startswith(f"{tmp_path}/assignments/addition/addition.ipynb: no notebook: {said}")


MARKED = '''\
def add(a, b):
    """Add."""
    # BEGIN SOLUTION
    total = a + b
    return total
    # END SOLUTION
'''


def test_of_a_source_with_markers_its_stub_is_handed_out(tmp_path: Path) -> None:
    """Another one is refused, and what stands between the markers is found anywhere."""
    contents = handed_out(tmp_path / "right", **{"../../solutions/addition/addition.py": MARKED})
    assert contents.files["addition.py"].decode() == STUB

    course = {"../../solutions/addition/addition.py": MARKED, "addition.py": STUB + "\n\nnumber = add(1, 2)\n"}
    with pytest.raises(AssignmentError) as raised:
        handed_out(tmp_path / "stale", **course)
    folder = tmp_path / "stale"
    assert str(raised.value) == (
        f"{folder}/assignments/addition/addition.py: is not the stub that {folder}/solutions/addition/addition.py makes; run "
        "`grader build`"
    )

    course = {"../../solutions/addition/addition.py": MARKED, "README.md": "# Addition\n\n    total = a + b\n"}
    with pytest.raises(
        AssignmentError, match=r"README\.md: holds what line 4 of .*addition\.py does: `total = a \+ b`; take it"
    ):
        handed_out(tmp_path / "told", **course)
