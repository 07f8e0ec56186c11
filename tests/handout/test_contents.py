"""What is handed out of an assignment: the files of a handout, and nothing that knows an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from files import write_files

from grader.course import assignment as assignments
from grader.errors import AssignmentError
from grader.handout import Contents
from grader.handout.contents import contents_of

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
ANSWERS = {
    "solved-cell": ("addition.ipynb", notebook(REFERENCE), "line 1 of {}/addition.py does: `def add(a, b):`"),
    "one-statement": (
        "addition.ipynb",
        notebook("def add(a, b):\n    total=(a+b)  # so\n    return 0\n"),
        "line 3 of {}/addition.py does: `total = a + b`",
    ),
    "traceback": (
        "addition.ipynb",
        notebook("add(1, 2)", outputs=({"output_type": "error", "traceback": TRACE.splitlines(keepends=True)},)),
        "line 3 of {}/addition.py does: `total = a + b`",
    ),
    "output": (
        "addition.ipynb",
        notebook("1", outputs=({"output_type": "stream", "name": "stdout", "text": MISTAKES},)),
        "line 1 of {}/misconceptions.py does: `def subtracts(a, b):`",
    ),
    "metadata": (
        "addition.ipynb",
        notebook("1", staff={"hidden": HIDDEN}),
        "line 1 of {}/checks/test_hidden.py does: `def test_large(student):`",
    ),
    "text": (
        "README.md",
        f"Like this:\n\n```python\n{REFERENCE}```\n",
        "line 1 of {}/addition.py does: `def add(a, b):`",
    ),
    "line-of-text": ("README.md", "Try\n\n    return a - b\n", "line 2 of {}/misconceptions.py does: `return a - b`"),
}


@pytest.mark.parametrize(("name", "content", "said"), ANSWERS.values(), ids=ANSWERS)
def test_a_statement_of_the_solution_is_found(tmp_path: Path, name: str, content: str, said: str) -> None:
    """In cells, outputs, metadata and texts, however it is spaced; both places are named."""
    with pytest.raises(AssignmentError) as error:
        handed_out(tmp_path, **{name: content})

    place, solution = tmp_path / "assignments/addition" / name, tmp_path / "solutions/addition"
    assert str(error.value) == (
        f"{place}: holds what {said.format(solution)}; take it out, or make the notebook anew from the stub"
    )


def test_what_the_public_files_say_may_be_said_anywhere(tmp_path: Path) -> None:
    """A statement that the stub has too is no secret, nor is a single word or an import."""
    shared = "def show(x):\n    print(x + 1)\n"
    write_files(tmp_path, COURSE | {"solutions/addition/addition.py": f"import math\n{REFERENCE}{shared}pass\n"})
    more = {"addition.py": STUB + shared, "addition.ipynb": notebook("import math\n" + shared + "pass\n")}
    own = {f"assignments/addition/{name}": content for name, content in more.items()}

    contents = contents_of(assignments.load(write_files(tmp_path, own), "addition"))

    assert "addition.ipynb" in contents.files


@pytest.mark.parametrize("name", ["checks/test_more.py", "networks.py"])
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
    with pytest.raises(AssignmentError, match=r"^addition\.ipynb: no notebook: Expecting value"):
        handed_out(tmp_path, **{"addition.ipynb": "cells"})
