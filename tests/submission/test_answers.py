"""What students wrote for exercises that are graded by hand: where it is found, and where it is not."""

import json
import os
import shutil

import nbformat
import pytest
from results import addition

from grader import submission as submissions
from grader.model import Answer, Exercise, RubricItem
from grader.submission import answers
from grader.submission.discovery import MAX_TEXT_BYTES

CODE = "def add(a, b): return a + b\n"
RUBRIC = (RubricItem(item="names the carry", points=3),)
ESSAY = Exercise(name="essay", title="Explain the carry", rubric=RUBRIC, answer=("design.md",))
SUMS = Exercise(name="sums", title="Sums", provides=("add",))
ASSIGNMENT = addition(SUMS, ESSAY)


@pytest.fixture
def folder(tmp_path):
    """A folder with code that is right."""
    made = tmp_path / "ada"
    made.mkdir()
    (made / "addition.py").write_text(CODE)
    return made


def found(path, assignment=ASSIGNMENT):
    """The answers in what lies at a path."""
    return submissions.read(path, assignment).answers


def book(*cells):
    """A notebook of the code and these cells of text, each as its text and tags."""
    code = nbformat.v4.new_code_cell(CODE)
    texts = [nbformat.v4.new_markdown_cell(text, metadata={"tags": list(tags)}) for text, *tags in cells]
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=[code, *texts])))


def test_file_beside_the_code(folder):
    """It is found in a folder and in a zip of it, by its name alone, in any letters."""
    (folder / "docs").mkdir()
    (folder / "docs" / "Design.MD").write_bytes(b"\xef\xbb\xbfThe carry\r\nmoves on.\n")
    (folder / "other.md").write_text("not asked for")
    archive = shutil.make_archive(str(folder), "zip", folder)

    for path in (folder, folder.parent / "ada.zip"):
        assert found(path) == (Answer(exercise="essay", path="docs/Design.MD", text="The carry\nmoves on."),)
    assert archive.endswith("ada.zip")


def test_a_name_with_a_folder_is_found_there_alone(folder):
    """`docs/why.md` is no `why.md`, and nothing ends in it by chance."""
    exercise = Exercise(name="essay", title="Essay", rubric=RUBRIC, answer=("docs/why.md",))
    for name in ("docs/why.md", "why.md", "mydocs/why.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(name)

    assert [one.path for one in found(folder, addition(SUMS, exercise))] == ["docs/why.md"]


def test_no_answer_is_no_problem(folder):
    """Of a script alone, of a folder without the file, and of one in which it is empty, there is none."""
    assert found(folder / "addition.py") == found(folder) == ()
    (folder / "design.md").write_text(" \n")
    assert found(folder) == ()


def test_nothing_is_taken_where_checks_give_the_points(folder):
    """A text file of a submission is read for an exercise that asks for it, and for nothing else."""
    (folder / "design.md").write_text("The carry.")

    assert found(folder, addition(SUMS)) == ()


def test_a_link_is_no_answer(folder):
    """What it leads to was not handed in."""
    (folder.parent / "secret.md").write_text("the solution")
    os.symlink(folder.parent / "secret.md", folder / "design.md")

    assert found(folder) == ()


def test_an_answer_is_bounded(folder):
    """Of one that is too long the beginning is read, and that more was left out is said; of bytes that are no text, too."""
    (folder / "design.md").write_text("word " * MAX_TEXT_BYTES)
    (long,) = found(folder)
    (folder / "design.md").write_bytes(b"\xff\xfe\x00carry")
    (broken,) = found(folder)

    assert len(long.text) == answers.MAX_CHARACTERS
    assert long.text.startswith("word word")
    assert long.text.endswith(
        "word\n… the rest is left out: an answer has at most 20,000 characters".removeprefix("word")
    )
    assert broken.text == "\ufffd\ufffd\0carry"


def test_another_answer_is_another_submission(folder):
    """The digest covers it: what compares digests grades it again."""
    digests = set()
    for text in ("The carry.", "The carry moves."):
        (folder / "design.md").write_text(text)
        digests.add(submissions.read(folder, ASSIGNMENT).sha256)

    assert len(digests) == 2


def test_what_stands_below_the_heading(tmp_path):
    """From the heading that is the title, up to the next one of its rank; deeper ones and code blocks belong to it."""
    path = tmp_path / "addition.ipynb"
    path.write_text(
        book(
            ["# Addition\nNot this."],
            ["## Explain  the CARRY ##\nIt moves on."],
            ["### Example\n```\n# a comment\n```\n9 + 1"],
            ["Some more."],
            ["## Next\nNot this either."],
        )
    )

    (answer,) = found(path)

    assert (answer.exercise, answer.path) == ("essay", "addition.ipynb")
    lines = [line for line in answer.text.split("\n") if line]
    assert lines == ["It moves on.", "### Example", "```", "# a comment", "```", "9 + 1", "Some more."]


def test_what_has_the_tag(tmp_path):
    """A cell of text with the exercise's name as a tag is an answer, wherever it stands, headings and all."""
    path = tmp_path / "addition.ipynb"
    path.write_text(book(["# Why\nIt moves on.", "essay"], ["Not this.", "other"]))

    assert [one.text for one in found(path)] == ["# Why\nIt moves on."]


def test_cells_of_any_shape_are_no_trouble(tmp_path):
    """Metadata and tags that are no such thing are none."""
    path = tmp_path / "addition.ipynb"
    tree = json.loads(book(["It moves on."], ["Not this."]))
    tree["cells"][1]["metadata"] = {"tags": "essay"}
    tree["cells"][2]["metadata"] = 7
    path.write_text(json.dumps(tree))

    assert found(path) == ()


def test_both_are_found(folder):
    """A file and a notebook may hold a part each."""
    (folder / "addition.py").unlink()
    (folder / "addition.ipynb").write_text(book(["# Explain the carry\nIn the notebook."]))
    (folder / "design.md").write_text("In the file.")

    assert [(one.path, one.text) for one in found(folder)] == [
        ("design.md", "In the file."),
        ("addition.ipynb", "In the notebook."),
    ]
