"""The hints that are handed out: as new as what they are made of, and of no use to who reads the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tiny_courses import WriteCourse

from grader.course import assignment as assignments
from grader.diagnosis import HINTS_FILE, load_hints
from grader.errors import AssignmentError
from grader.grading.grade import list_checks
from grader.handout.hints import hints_of
from grader.model import Suite, Visibility

COURSE = Path(__file__).parents[2]
SLUGS = assignments.slugs(COURSE)
SQUARE = """
@pytest.mark.check(points=1, exercise="squares")
def test_square(student):
    "Squares."
    for n in range(-3, 9):
        expect.equal(student.square(n), n * n)
"""


@pytest.mark.slow
def test_the_hints_of_the_course_are_up_to_date() -> None:
    """What is handed out is what `make hints` would write now."""
    assignment = assignments.load(COURSE, "conv_arithmetic")

    assert (assignment.folder / HINTS_FILE).read_bytes() == hints_of(assignment), "run `make hints`"


def test_a_file_of_hints_names_nothing_that_is_hidden() -> None:
    """No name of a hidden check or of a known mistake can be read in it."""
    assignment = assignments.load(COURSE, "conv_arithmetic")
    held = (assignment.folder / HINTS_FILE).read_bytes()
    hidden = [one.name for one in list_checks(assignment, Suite.ALL) if one.visibility is Visibility.HIDDEN]

    for name in (*hidden, "pool_rounds_up", "one_bias_per_layer", "your answers", "instead of"):
        assert name.encode() not in held


def test_every_function_of_the_course_has_hints() -> None:
    """Each that an exercise asks for, and that is called by the public checks."""
    assignment = assignments.load(COURSE, "conv_arithmetic")
    hints = load_hints(assignment.folder / HINTS_FILE)
    assert hints is not None

    for exercise in assignment.exercises:
        for name in exercise.provides:
            assert len(hints.calls(name)) > 20, name


def test_networks_need_no_hints() -> None:
    """A table of layers is public, and searched as it is."""
    assert hints_of(assignments.load(COURSE, "naive_convnet")) is None


def test_hints_of_a_course_name_a_change_of_its_reference(tiny_course: WriteCourse) -> None:
    """What is made of a small course has its calls, and several mistakes."""
    course = tiny_course(SQUARE, reference="def square(n):\n    return n * n\n")

    assert b"square" in (hints_of(course.assignment) or b"")


def test_a_reference_that_fails_has_no_hints(tiny_course: WriteCourse) -> None:
    """What is wrong itself cannot say what is wrong elsewhere."""
    course = tiny_course(SQUARE, reference="def square(n):\n    return 2 * n\n")

    with pytest.raises(
        AssignmentError, match=r"does not pass its own public checks, so there are no hints to make of it"
    ):
        hints_of(course.assignment)


def test_without_a_solution_there_are_no_hints_to_make(tiny_course: WriteCourse) -> None:
    """A student cannot make the file."""
    course = tiny_course(SQUARE, reference=None)

    with pytest.raises(AssignmentError, match="hints are made of the solution, and there is none"):
        hints_of(course.assignment)


def test_hints_of_a_class_open_for_its_answers(tiny_course: WriteCourse) -> None:
    """What checks ask by lines of Python is asked so where there are no solutions, and a change of a method is named."""
    checks = '''
@pytest.mark.check(points=1, exercise="squares")
def test_counts(student):
    """It counts."""
    for start, by in ((1, 2), (4, 3), (10, 7), (5, 5)):
        received = student.square.use("one = square(start); answer = one.up(by), one.up(1)", start=start, by=by)
        expect.equal(received, (start + by, start + by + 1))
'''
    reference = """
    class square:
        def __init__(self, start):
            self.count = start
        def up(self, by):
            self.count += by
            return self.count
    """
    course = tiny_course(checks, reference=reference)
    (course.assignment.folder / HINTS_FILE).write_bytes(hints_of(course.assignment) or b"")
    shutil.rmtree(course.folder / "solutions" / course.slug)
    (result,) = course.grade(
        reference.replace("self.count = start", "self.count = 0"), seed="0", suite=Suite.PUBLIC
    ).checks

    assert result.feedback is not None
    assert result.feedback.misconception == "an_argument_is_ignored"
