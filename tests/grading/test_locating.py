"""Where in what was handed in a check failed: the line that raised, the definition, or the file alone."""

from __future__ import annotations

import json

import pytest
from files import write_files
from results import addition, result
from tiny_courses import SEVEN, WriteCourse

from grader import submission as submissions
from grader.errors import CheckFailed, MissingDefinition, StudentRaised
from grader.grading.grade import grade_submission
from grader.grading.locating import located
from grader.model import (
    CheckResult,
    Defined,
    Exercise,
    Feedback,
    GradedSubmission,
    Location,
    Outcome,
    SourceFile,
    Submission,
)

CUBES = '''
@pytest.mark.check(points=1, exercise="squares")
def test_seven(student):
    """The square of seven is right."""
    expect.equal(student.square(7), 49)

@pytest.mark.check(points=1, exercise="cubes")
def test_cube(student):
    """Squares and the cube of two are right."""
    expect.equal(student.square(2), 4)
    expect.equal(student.cube(2), 8)
'''
TWO = '[[exercises]]\nname = "cubes"\ntitle = "Cubes"\nprovides = ["power", "cube"]\n'


def locations(graded: GradedSubmission) -> list[tuple[Location | None, Location | None]]:
    """Where each check raised and what it is about is defined."""
    return [(check.feedback.raised_at if check.feedback else None, check.defined_at) for check in graded.checks]


@pytest.mark.parametrize(
    ("source", "raised", "defined"),
    [
        pytest.param("import math\n\ndef square(n):\n    return n\n", None, 3, id="wrong"),
        pytest.param("def half(n):\n    return n / 0\n\ndef square(n):\n    return half(n)\n", 2, 4, id="raised"),
        pytest.param("x = 1\ny = x / 0\ndef square(n): return n\n", 2, 3, id="not-importable"),
        pytest.param("x = 1\nreturn\ndef square(n): return n\n", 2, 3, id="no-python-to-a-compiler"),
        pytest.param("\ndef square(n):\n    while True: pass\n", None, 2, id="hangs"),
        pytest.param("\n\nimport os\ndef square(n): os._exit(1)\n", None, 4, id="crashes"),
        pytest.param("\n\nx = 1\n", None, 1, id="missing"),
        pytest.param("\n\nsquare = 1\n", None, 3, id="no-function"),
        pytest.param("x = 1\ndef square(n)\n    return n\n", None, 2, id="unreadable"),
    ],
)
def test_every_failure_has_a_line(tiny_course: WriteCourse, source: str, raised: int | None, defined: int) -> None:
    """The deepest one that raised, and the definition; where there is none, the first of the file."""
    ((raised_at, defined_at),) = locations(
        tiny_course(SEVEN, settings="[limits]\nrequest_seconds = 0.5\n").grade(source)
    )

    assert raised_at == (None if raised is None else Location(path="ada.py", line=raised))
    assert defined_at == Location(path="ada.py", line=defined)


def test_what_passes_has_no_line(tiny_course: WriteCourse) -> None:
    """There is nothing to look at; of a fault of ours neither."""
    course = tiny_course(SEVEN + SEVEN.replace("seven", "ours").replace("student.square(7)", "1 / 0"))

    assert locations(course.grade("def square(n): return n * n")) == [(None, None)] * 2


def test_a_check_is_about_the_last_name_that_it_asked_for(tiny_course: WriteCourse) -> None:
    """Also where its exercise provides another name first, and where it asks for a name of another exercise."""
    course = tiny_course(CUBES, settings=TWO)
    source = "def square(n): return n * {}\n\ndef power(a, b): return 1\n\ndef cube(n): return 1\n"

    assert [at.line for _raised, at in locations(course.grade(source.format("n")))[1:]] == [5]
    assert [at.line for _raised, at in locations(course.grade(source.format(3)))] == [1, 1]


def test_a_folder_has_its_own_names(tiny_course: WriteCourse) -> None:
    """A module that came along is named as the student has it, wherever it comes to lie."""
    course = tiny_course(SEVEN)
    files = {
        "hw/squares.py": "import parts\n\ndef square(n): return parts.half(n)\n",
        "hw/parts.py": "\ndef half(n): return n / 0\n",
    }
    submission = submissions.read(write_files(course.folder / "sent" / "eve", files), course.assignment)
    ((raised_at, defined_at),) = locations(grade_submission(course.request(), submission, course.sides))

    assert raised_at == Location(path="hw/parts.py", line=2)
    assert defined_at == Location(path="hw/squares.py", line=3)


@pytest.mark.parametrize("indent", [1, None], ids=["as-saved", "on-one-line"])
def test_a_notebook_has_lines_of_its_file(tiny_course: WriteCourse, indent: int | None) -> None:
    """With the cell; what Jupyter saves has a line for each line of a cell."""
    course = tiny_course(SEVEN)
    sources = [["# Squares"], ["import math\n", "print(1)"], ["def square(n):\n", "    x = n\n", "    return x / 0"]]
    kinds = ["markdown", "code", "code"]
    cells = [{"cell_type": kind, "source": source} for kind, source in zip(kinds, sources, strict=True)]
    book = json.dumps({"cells": cells, "nbformat": 4}, indent=indent)
    folder = write_files(course.folder / "sent", {"eve.ipynb": book.encode()})
    submission = submissions.read(folder / "eve.ipynb", course.assignment)
    ((raised_at, defined_at),) = locations(grade_submission(course.request(), submission, course.sides))

    assert raised_at is not None
    assert defined_at is not None
    lines = book.splitlines()
    assert (raised_at.path, raised_at.cell, defined_at.cell) == ("eve.ipynb", 2, 2)
    assert "return x / 0" in lines[raised_at.line - 1]
    assert "def square(n):" in lines[defined_at.line - 1]
    assert (raised_at.line - defined_at.line) == (2 if indent else 0)


# --- what cannot be handed in at will -----------------------------------------------------------------------------------

SUBMISSION = Submission(
    name="ada",
    files=(
        SourceFile(path="addition.py", content=b"\n" * 9, given_as="ada.py"),
        SourceFile(path="made.py", content=b""),
    ),
    sha256="",
    given_as="ada.py",
    definitions=(Defined(name="add", location=Location(path="ada.py", line=4)),),
)
ASSIGNMENT = addition(Exercise(name="sums", title="Sums", provides=("plus", "add")))
FAILED = result("a", Outcome.FAILED, feedback=Feedback(message="wrong"))


def at(
    error: BaseException, last_name: str, check: CheckResult = FAILED, submission: Submission = SUBMISSION
) -> CheckResult:
    """A check that ended with *error*, located."""
    return located(check, error, last_name, submission, ASSIGNMENT)


def test_without_a_question_the_exercise_tells_the_name() -> None:
    """The first of its names that the submission defines; a name that is missing has no other's line."""
    missing = result("a", Outcome.MISSING, feedback=Feedback(message="missing"))
    nowhere = Submission(name="ada", files=SUBMISSION.files, sha256="")

    assert at(CheckFailed("wrong"), "").defined_at == Location(path="ada.py", line=4)
    assert at(MissingDefinition("plus", None), "plus", missing).defined_at == Location(path="ada.py")
    assert at(CheckFailed("wrong"), "", submission=nowhere).defined_at is None


@pytest.mark.parametrize(
    ("frames", "line"),
    [
        ((("addition.py", 2), ("addition.py", 3)), 3),
        ((("addition.py", 2), ("addition.py", 999)), 2),
        ((("addition.py", 2), ("made.py", 1)), 2),
        ((("/etc/passwd", 1),), None),
        ((), None),
    ],
)
def test_what_a_worker_says_of_lines_is_held_against_the_files(
    frames: tuple[tuple[str, int], ...], line: int | None
) -> None:
    """The deepest line that there is counts, of a file that was handed in."""
    check = at(
        StudentRaised(("ValueError",), "", (), frames=frames),
        "add",
        result("a", Outcome.RAISED, feedback=Feedback(message="")),
    )

    assert check.feedback is not None
    assert check.feedback.raised_at == (None if line is None else Location(path="ada.py", line=line))
