"""One of several exercises is enough: the best counts, an absent one is skipped, and nobody is punished for doing more."""

from __future__ import annotations

import pytest
from rich.console import Console
from tiny_courses import CHOICE, WriteCourse

from grader.errors import AssignmentError
from grader.model import GradedSubmission, Outcome
from grader.reports import terminal

CHECKS = '''
@pytest.mark.check(points=2, exercise="squares")
def test_square(student):
    """Seven squared is 49."""
    expect.equal(student.square(7), 49)

@pytest.mark.check(points=2, exercise="cubes")
def test_cube(student):
    """Seven cubed is 343."""
    expect.equal(student.cube(7), 343)
'''
SQUARE, CUBE = "def square(n): return n * n\n", "def cube(n): return n ** 3\n"


def graded(tiny_course: WriteCourse, source: str) -> GradedSubmission:
    """Grade a submission of either or both."""
    return tiny_course(CHECKS, settings=CHOICE).grade(source)


def outcomes(result: GradedSubmission) -> list[str]:
    """The outcomes of both checks."""
    return [check.outcome.value for check in result.checks]


@pytest.mark.parametrize(
    ("source", "expected", "points"),
    [
        (SQUARE, ["passed", "skipped"], 2),
        (CUBE, ["skipped", "passed"], 2),
        (SQUARE + CUBE, ["passed", "passed"], 2),
        (SQUARE + "def cube(n): return n", ["passed", "failed"], 2),
        ("def square(n): return n\n" + CUBE, ["failed", "passed"], 2),
        ("def square(n): return n", ["failed", "skipped"], 0),
        ("x = 1", ["missing", "missing"], 0),
        ("def square(n", ["raised", "raised"], 0),
        ("raise ValueError", ["raised", "raised"], 0),
    ],
    ids=["first", "second", "both", "first-right", "second-right", "wrong", "neither", "syntax", "raises"],
)
def test_one_is_enough(tiny_course: WriteCourse, source: str, expected: list[str], points: int) -> None:
    """An absent exercise is skipped where another one is there, and missing where none is; the better one counts."""
    result = graded(tiny_course, source)

    assert outcomes(result) == expected
    assert (result.score.earned, result.score.possible) == (points, 2)


def test_what_does_not_count_is_nothing_to_fix(tiny_course: WriteCourse) -> None:
    """A wrong exercise beside a right one is shown, and is no reason for `check` to end with 1."""
    result = graded(tiny_course, SQUARE + "def cube(n): return n")
    console = Console(record=True, width=100, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(terminal.one(result))
    text = console.export_text()

    assert result.to_fix == ()
    assert "Cubes  0/2  does not count" in text
    assert "2 of 2 points" in text
    assert [check.name for check in graded(tiny_course, "def square(n): return n").to_fix] == ["square"]


def test_who_does_both_well_is_praised(tiny_course: WriteCourse) -> None:
    """Both complete: a kind word; one complete: none."""
    assert graded(tiny_course, SQUARE + CUBE).notes == (
        "Squares and Cubes are complete, where one was asked for: well done!",
    )
    assert graded(tiny_course, SQUARE).notes == ()


def test_a_skipped_exercise_says_why_in_one_line(tiny_course: WriteCourse) -> None:
    """The sentence names what is not there and what counts instead."""
    result = graded(tiny_course, SQUARE)
    console = Console(record=True, width=100, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(terminal.one(result))

    said = "`cube` is not in this submission, and need not be: Squares counts"
    assert result.checks[1].outcome is Outcome.SKIPPED
    assert result.checks[1].feedback is not None
    assert result.checks[1].feedback.message == said
    assert console.export_text().count(said) == 1


def test_the_stub_of_the_other_is_as_good_as_nothing(tiny_course: WriteCourse) -> None:
    """A module that still raises NotImplementedError is absent; one that raises something else is there."""
    stub = "from torch import nn\nclass {name}(nn.Module):\n    def __init__(self): raise {error}\n"
    checks = CHECKS.replace("student.square(7), 49", "student.square().parameters, ()").replace(
        "student.cube(7), 343", "student.cube().parameters, ()"
    )
    modules = 'choose_one = "power"\n[[exercises]]\nname = "cubes"\ntitle = "Cubes"\nprovides = ["cube"]\nchoose_one = "power"\n'
    course = tiny_course(checks, settings=modules)
    path = course.folder / "assignments" / course.slug / "assignment.toml"
    path.write_text('modules = ["square", "cube"]\n' + path.read_text())
    right = "from torch import nn\nclass square(nn.Module): pass\n"

    assert outcomes(course.grade(right + stub.format(name="cube", error="NotImplementedError"))) == [
        "passed",
        "skipped",
    ]
    assert outcomes(course.grade(right + stub.format(name="cube", error="ValueError"))) == ["passed", "raised"]
    both = "".join(stub.format(name=name, error="NotImplementedError") for name in ("square", "cube"))
    assert outcomes(course.grade(both)) == ["raised", "raised"]


def test_a_choice_of_one_is_refused(tiny_course: WriteCourse) -> None:
    """A group needs two exercises, and says so."""
    with pytest.raises(AssignmentError, match="choose_one 'power' has one exercise; a choice needs two or more"):
        _ = tiny_course(CHECKS, settings='choose_one = "power"\n').assignment


def test_a_choice_of_unequal_worth_is_refused(tiny_course: WriteCourse) -> None:
    """Exercises of a group must be worth the same, or else the choice would be one of points."""
    course = tiny_course(CHECKS.replace("points=2", "points=3", 1), settings=CHOICE)

    with pytest.raises(AssignmentError, match="must be worth the same points, got squares 3, cubes 2"):
        course.grade(SQUARE)
