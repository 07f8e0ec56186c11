"""Mistakes in check files that are seen before anything is graded."""

from __future__ import annotations

import re

import pytest
from tiny_courses import SEVEN, WriteCourse

from grader.errors import AssignmentError
from grader.grading import list_checks
from grader.model import Outcome, Suite

CHECK = '''
@pytest.mark.check(points=1, exercise="squares")
def test_it(student{fixtures}):
    """A sentence."""
    {body}
'''
FIRST = 8
"""The line of the body: three of imports, a blank one, and the head of the check."""


def checks(body: str, fixtures: str = "") -> str:
    """Return a check file with one check."""
    return CHECK.format(body=body, fixtures=fixtures)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param(
            checks("expect.equal(student.sqare(3), 9)"),
            "`student.sqare`: no exercise provides `sqare`; did you mean square?",
            id="student",
        ),
        pytest.param(
            checks("student.cube(3)"),
            "`student.cube`: no exercise provides `cube`; the exercises provide: square",
            id="like-no-other",
        ),
        pytest.param(
            checks("reference.squares(3)", ", reference"),
            "`reference.squares`: no exercise provides `squares`; did you mean square?",
            id="reference",
        ),
        pytest.param(
            checks("expect.equals(student.square(3), 9)"),
            "`expect.equals`: there is no such name; did you mean equal?",
            id="expect",
        ),
        pytest.param(
            checks("expect.network.logit(3)"),
            "`expect.network.logit`: there is no such name; did you mean logits?",
            id="module-of-expect",
        ),
        pytest.param(
            "from grader.checks import expect as demand\n" + checks("demand.thats(3)").lstrip("\n"),
            "`demand.thats`: there is no such name; did you mean that?",
            id="under-another-name",
        ),
        pytest.param(
            checks('student.square.use("anser = square(3)")'),
            "a check asks by lines that leave nothing in the name `answer`: anser = square(3)",
            id="lines",
        ),
        pytest.param(
            "from grader.datasets import noise\n" + checks("noise.uniforms(3)").lstrip("\n"),
            "`noise.uniforms`: there is no such name; did you mean uniform?",
            id="datasets",
        ),
    ],
)
def test_a_name_that_nobody_has_is_an_error(tiny_course: WriteCourse, source: str, said: str) -> None:
    """File, line, what is there and what was meant, when checks are listed and when they are run."""
    course = tiny_course(source)
    (path,) = (course.assignment.folder / "checks").iterdir()
    with pytest.raises(AssignmentError) as raised:
        list_checks(course.assignment, Suite.ALL)

    assert str(raised.value) == f"the checks cannot be used: {path}:{FIRST}: {said}"
    with pytest.raises(AssignmentError, match=re.escape(said)):
        course.grade("def square(n): return n * n")


def test_a_class_that_is_named_beside_the_exercises_may_be_asked_for(tiny_course: WriteCourse) -> None:
    """What `modules` names is known, and an assignment that names nothing lets checks ask for anything."""
    course = tiny_course(checks("student.Net()"))
    toml = course.assignment.folder / "assignment.toml"
    text = toml.read_text()
    toml.write_text('modules = ["Net"]\n' + text)
    assert len(list_checks(course.assignment, Suite.ALL)) == 1

    toml.write_text(text.replace('["square"]', "[]"))
    assert len(list_checks(course.assignment, Suite.ALL)) == 1


def test_names_of_other_things_are_not_looked_at(tiny_course: WriteCourse) -> None:
    """A variable called student that is none, attributes of what is asked for, and names that a module imports."""
    helper = (
        "\n\ndef _rounded(numbers):\n    student = numbers\n    return student.count(3) + expect.annotations.optional\n"
    )
    body = "received = student.square(3)\n    expect.equal(received.real if received else 9, 9)"
    course = tiny_course(checks(body) + helper)

    assert [check.name for check in list_checks(course.assignment, Suite.ALL)] == ["it"]
    assert course.check("def square(n): return n * n").earned == 1


def test_what_is_wrong_with_a_check_has_its_line(tiny_course: WriteCourse) -> None:
    """That of its first decorator."""
    course = tiny_course(SEVEN + checks("pass").replace('"""A sentence."""\n    ', ""))
    with pytest.raises(
        AssignmentError, match=r"test_tiny\d+\.py:10: `test_it` has no docstring, which is the sentence that"
    ):
        list_checks(course.assignment, Suite.ALL)


def test_an_object_of_a_class_says_how_it_is_asked(tiny_course: WriteCourse) -> None:
    """A check that calls a class gets what has no attributes: whoever wrote it learns of lines, and no submission is blamed."""
    course = tiny_course(checks("student.square(3).value"))
    result = course.check("class square:\n    def __init__(self, n): self.value = n")

    assert (result.outcome, result.points > 0) == (Outcome.UNGRADED, True)
    assert result.fault is not None
    assert "stays in the worker, and has no 'value' here: a check asks it by lines of Python" in str(result.fault)
