"""An exercise that is graded by hand, as assignment.toml says it, and what is said of one that is wrong."""

import pytest
from files import write_files

from grader.course import assignment as assignments
from grader.errors import AssignmentError
from grader.model import Exercise, RubricItem

START = """\
title = "Addition"
summary = "Add."
file = "addition.py"
"""
SUMS = '[[exercises]]\nname = "sums"\ntitle = "Sums"\nprovides = ["add"]\n'
ESSAY = '[[exercises]]\nname = "essay"\ntitle = "Essay"\ngraded = "by hand"\n'
ITEM = '[[exercises.rubric]]\nitem = "names the carry"\npoints = 3\n'


@pytest.fixture
def loaded(tmp_path):
    """Load an assignment whose second exercise is the given text."""

    def load(exercise):
        files = {"assignments/addition/assignment.toml": START + SUMS + exercise}
        return assignments.load(write_files(tmp_path, files), "addition")

    return load


@pytest.fixture
def refused(loaded, tmp_path):
    """Return what is said of the second exercise, after the name of the file, which must come first."""

    def refuse(exercise):
        with pytest.raises(AssignmentError) as error:
            loaded(exercise)
        start = f"{tmp_path}/assignments/addition/assignment.toml: "
        assert str(error.value).startswith(start)
        return str(error.value).removeprefix(start)

    return refuse


def test_rubric_arrives_in_the_value(loaded):
    """Items and points are those of the file, in its order; nothing need be said of names in code."""
    second = '[[exercises.rubric]]\nitem = "gives an example"\npoints = 1\n'

    _sums, essay = loaded(ESSAY + 'provides = []\nanswer = ["design.md", "docs/why.txt"]\n' + ITEM + second).exercises

    rubric = (RubricItem(item="names the carry", points=3), RubricItem(item="gives an example", points=1))
    assert essay == Exercise(name="essay", title="Essay", rubric=rubric, answer=("design.md", "docs/why.txt"))
    assert essay.is_graded_by_hand
    assert not _sums.is_graded_by_hand


@pytest.mark.parametrize(
    ("exercise", "said"),
    [
        (
            ESSAY.replace("by hand", "manually") + ITEM,
            "exercises[1].graded must be 'by hand', got 'manually'; leave it out where checks give the points",
        ),
        (
            ESSAY,
            "exercises[1].rubric: this key is missing; 'essay' is graded by hand, and [[exercises.rubric]] tables with "
            "item and points say for what",
        ),
        (ESSAY + ITEM.replace("points = 3\n", ""), "exercises[1].rubric[0].points: this key is missing"),
        (ESSAY + ITEM.replace("3", "0"), "exercises[1].rubric[0].points must be at least 1, got 0"),
        (
            ESSAY + ITEM.replace("points", "point"),
            "exercises[1].rubric[0].point: there is no such key; did you mean points?",
        ),
        (
            ESSAY + ITEM.replace("names the carry", "  "),
            "exercises[1].rubric[0].item must be a text, got '  '; write what is looked for",
        ),
        (
            ESSAY + ITEM + ITEM,
            "exercises[1].rubric: items must differ, got 'names the carry' 2 times; marks are given by them",
        ),
        (
            ESSAY + 'provides = ["add"]\n' + ITEM,
            "exercises[1].provides must be empty, got ['add']: 'essay' is graded by hand, and nothing is looked for in code; "
            "what checks look for is an exercise of its own",
        ),
        (
            ESSAY + 'choose_one = "way"\n' + ITEM,
            "exercises[1].choose_one 'way': 'essay' is graded by hand, and which of a choice is best is known when it is graded; "
            "leave it out",
        ),
        (
            ESSAY + 'answer = ["../design.md"]\n' + ITEM,
            "exercises[1].answer[0] must be the name of a file, or its path in the submission, got '../design.md'",
        ),
        (
            ESSAY + 'answer = ["design.md", "essay.ipynb"]\n' + ITEM,
            "exercises[1].answer[1] must be a file of text, got 'essay.ipynb'; what a notebook says below a heading of the "
            "exercise's title is found by itself",
        ),
        (
            ESSAY.replace('graded = "by hand"\n', 'provides = ["mul"]\n') + ITEM,
            "exercises[1].rubric: 'essay' is graded by checks, which take none; write graded = 'by hand' above it, or leave it "
            "out",
        ),
        (
            ESSAY.replace('graded = "by hand"\n', 'provides = ["mul"]\nanswer = ["design.md"]\n'),
            "exercises[1].answer: 'essay' is graded by checks, which take none; write graded = 'by hand' above it, or leave it "
            "out",
        ),
        (ESSAY.replace('graded = "by hand"\n', ""), "exercises[1].provides: this key is missing"),
    ],
)
def test_what_is_half_by_hand_is_refused(refused, exercise, said):
    """File, key and value are named, and what to do."""
    assert refused(exercise) == said


@pytest.mark.parametrize("name", ["", "/etc/passwd", "a/../b.md", "a\\nb.md", "docs/"])
def test_an_answer_lies_in_the_submission(refused, name):
    """What is no name of a file in it is refused before anything is read."""
    assert refused(ESSAY + f'answer = ["{name}"]\n' + ITEM).startswith(
        "exercises[1].answer[0] must be the name of a file"
    )
