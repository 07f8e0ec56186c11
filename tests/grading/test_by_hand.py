"""Exercises that are graded by hand, through a whole grading: points wait, and nothing else of it changes."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_courses import RIGHT, SEVEN, TinyCourse, WriteCourse

from grader import submission as submissions
from grader.errors import AssignmentError
from grader.grading.grade import completed, grade_submission, list_checks, without_verdict
from grader.grading.request import GradingRequest
from grader.model import Answer, Blame, Fault, GradedSubmission, Outcome, Suite

ESSAY = """\
[[exercises]]
name = "essay"
title = "Explain your design"
graded = "by hand"
answer = ["design.md"]
[[exercises.rubric]]
item = "names the square"
points = 3
[[exercises.rubric]]
item = "gives an example"
points = 1
"""
LAST = '[[exercises]]\nname = "cubes"\ntitle = "Cubes"\nprovides = ["cube"]\n'
CUBE = """
@pytest.mark.check(points=1, exercise="cubes")
def test_cube(student):
    \"\"\"The cube of two is right.\"\"\"
    expect.equal(student.cube(2), 8)
"""


@pytest.fixture
def course(tiny_course: WriteCourse) -> TinyCourse:
    """Squares, which checks grade, an essay between, and cubes."""
    return tiny_course(SEVEN + CUBE, settings=ESSAY + LAST, reference=RIGHT + "def cube(n): return n ** 3\n")


def graded(course: TinyCourse, files: dict[str, str], *exercises: str) -> GradedSubmission:
    """Grade a folder."""
    folder = course.folder / "handed-in" / "ada"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    request = GradingRequest(assignment=course.assignment, seed="1", exercises=exercises)
    return grade_submission(request, submissions.read(folder, course.assignment), course.sides)


def test_points_of_a_rubric_wait(course: TinyCourse) -> None:
    """What checks give is earned or lost as ever; the sum of the rubric is possible, and pending."""
    whole = graded(course, {"squares.py": RIGHT, "design.md": "A *square* is."})

    assert (whole.score.earned, whole.score.possible, whole.score.pending) == (1, 6, 4)
    assert [(one.exercise, one.earned, one.possible, one.pending) for one in whole.score.exercises] == [
        ("squares", 1, 1, 0),
        ("essay", 0, 4, 4),
        ("cubes", 0, 1, 0),
    ]
    assert [(check.name, check.title, check.points, check.outcome) for check in whole.checks] == [
        ("seven", "The square of seven is right.", 1, Outcome.PASSED),
        ("cube", "The cube of two is right.", 1, Outcome.MISSING),
        ("essay.1", "names the square", 3, Outcome.PENDING),
        ("essay.2", "gives an example", 1, Outcome.PENDING),
    ]
    assert [check.name for check in whole.to_fix] == ["cube"]
    assert whole.answers == (Answer(exercise="essay", path="design.md", text="A *square* is."),)
    assert whole.notes == ()


def test_an_answer_that_is_missed_is_said(course: TinyCourse) -> None:
    """With the file in which it is expected; no point is lost for it here."""
    whole = graded(course, {"squares.py": RIGHT})

    assert whole.notes == (
        "Explain your design: no answer was found; it is graded by hand, and expected in design.md, handed in with the code",
    )
    assert whole.score.pending == 4


def test_only_what_is_asked_about_waits(course: TinyCourse) -> None:
    """Who checks one exercise reads nothing of others."""
    whole = graded(course, {"squares.py": RIGHT, "design.md": "A square."}, "squares")

    assert [check.name for check in whole.checks] == ["seven"]
    assert (whole.score.pending, whole.answers, whole.notes) == (0, (), ())


def test_nothing_runs_for_an_exercise_that_is_graded_by_hand(course: TinyCourse) -> None:
    """Asked about alone, there is nothing to run, and that is said."""
    with pytest.raises(AssignmentError, match=r"there are no checks here of essay: it is graded by hand$"):
        graded(course, {"squares.py": RIGHT}, "essay")


def test_points_wait_whatever_became_of_the_code(course: TinyCourse) -> None:
    """A submission that is broken, and one on which the harness failed, may have an essay that is good."""
    broken = graded(course, {"squares.py": "def", "design.md": "A square."})
    submission = course.submission(RIGHT)
    fault = Fault(blame=Blame.INFRASTRUCTURE, text="no memory", traceback="")
    lost = without_verdict(course.request(), submission, course.sandbox, (), fault)

    assert (broken.score.earned, broken.score.pending, len(broken.answers)) == (0, 4, 1)
    assert lost.pending == ("essay",)


def test_points_wait_once_where_some_checks_are_run_anew(course: TinyCourse) -> None:
    """What stays of before is what checks found; the rubric is that of now, and so is the answer."""
    before = graded(course, {"squares.py": RIGHT, "design.md": "A square."})
    submission = submissions.read(course.folder / "handed-in" / "ada", course.assignment)
    request = GradingRequest(assignment=course.assignment, seed="1")
    anew = grade_submission(replace(request, checks=("cube",)), submission, course.sides)
    easier = replace(
        course.assignment,
        exercises=tuple(replace(one, rubric=one.rubric[:1]) for one in course.assignment.exercises),
    )

    whole = completed(
        replace(request, assignment=easier), submission, before, anew, list_checks(course.assignment, Suite.ALL)
    )

    assert [check.name for check in anew.checks] == ["cube", "essay.1", "essay.2"]
    assert [check.name for check in whole.checks] == ["seven", "cube", "essay.1"]
    assert (whole.score.earned, whole.score.possible, whole.score.pending) == (1, 5, 3)
    assert whole.answers == before.answers


def test_a_check_gives_no_points_for_it(tiny_course: WriteCourse) -> None:
    """One that names such an exercise is refused, with its file, the exercise and what to do."""
    course = tiny_course(SEVEN.replace('"squares"', '"essay"'), settings=ESSAY)
    path = Path(course.folder, "assignments", course.slug, "checks", f"test_{course.slug}.py")

    with pytest.raises(AssignmentError) as refused:
        course.grade(RIGHT)
    said = str(refused.value)
    assert re.search(re.escape(f"{path}:") + r"\d+: `test_seven`: ", said)
    assert said.endswith(
        "exercise 'essay' is graded by hand (`graded` in assignment.toml), so no check can give points for it; name another "
        "one, or make one for the check"
    )


def test_an_unknown_exercise_is_still_one(tiny_course: WriteCourse) -> None:
    """Those that may be named are those of checks."""
    course = tiny_course(SEVEN.replace('"squares"', '"cubes"'), settings=ESSAY)

    with pytest.raises(AssignmentError, match="exercise must be one of squares, got 'cubes'"):
        course.grade(RIGHT)
