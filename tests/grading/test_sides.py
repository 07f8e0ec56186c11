"""A grading knows both sides, and which known mistake explains a failed check."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tiny_courses import SEVEN, TinyCourse, WriteCourse

from grader.errors import AssignmentError
from grader.grading.grade import grade_submission
from grader.grading.request import Sides
from grader.grading.sides import open_grading
from grader.model import Outcome
from grader.proxy.student import RemoteName
from grader.sandbox import Workers

MISTAKES = '''
def doubles(n):
    """It doubles.

    What is n * n?"""
    return n + n
def fourteen(n):
    """It always answers the same.

    Does your answer depend on n?"""
    return 14
MISCONCEPTIONS = {"square": (doubles, fourteen)}
PROBES = {"square": ((3,), (-1,))}
'''


def opened(course: TinyCourse) -> Any:
    """Open a grading of an empty submission."""
    submission = course.submission("x = 1")
    return open_grading(course.request(), submission, course.sides)


def test_a_course_without_solutions_has_no_other_side(tiny_course: WriteCourse) -> None:
    """In a student's copy there is no reference, and a known mistake is not looked for."""
    course = tiny_course(SEVEN, reference=None)

    assert opened(course).reference is None
    assert course.check("def square(n): return n + n").feedback.misconception is None


def test_the_reference_answers(tiny_course: WriteCourse) -> None:
    """The reference solution is asked like a submission."""
    grading = opened(tiny_course(SEVEN, reference="def square(n): return n * n\n"))

    assert RemoteName(grading.reference, "square")(-12) == 144
    grading.reference.end()


def test_solutions_without_a_reference_are_an_error_of_the_assignment(tiny_course: WriteCourse) -> None:
    """A folder of solutions that lacks the reference is named, not tripped over."""
    with pytest.raises(AssignmentError, match=r"squares\.py"):
        opened(tiny_course(SEVEN, hidden=SEVEN.replace("seven", "hidden"), reference=None))


def test_broken_misconceptions_are_an_error_of_the_assignment(tiny_course: WriteCourse) -> None:
    """A file of known mistakes that cannot be loaded is named before anything runs."""
    with pytest.raises(AssignmentError, match=r"misconceptions\.py:1: cannot be loaded: `oops` raises NameError"):
        opened(tiny_course(SEVEN, misconceptions="oops"))


@pytest.mark.parametrize(
    ("source", "name", "hint"),
    [
        pytest.param("def square(n): return 2 * n", "doubles", "What is n * n?", id="doubles"),
        pytest.param("def square(n): return 14", "fourteen", "Does your answer depend on n?", id="constant"),
        pytest.param("def square(n): return 14 if n == 7 else 100", None, "the hint of the check", id="something-else"),
        pytest.param(
            "def square(n):\n    if n != 7: raise ValueError\n    return 14",
            None,
            "the hint of the check",
            id="raises-in-probes",
        ),
        pytest.param(
            "def square(n): return ValueError('no square')",
            "returns_the_exception",
            "the function hands an exception back as its answer, and its caller goes on: which statement stops there?",
            id="returns-an-exception",
        ),
        pytest.param(
            "import os\ndef square(n):\n    if n < 0: os._exit(1)\n    return 14",
            "fourteen",
            "Does your answer depend on n?",
            id="crashes-in-a-probe",
        ),
    ],
)
def test_the_known_mistake_is_named(tiny_course: WriteCourse, source: str, name: str | None, hint: str) -> None:
    """A failed check is compared with the known mistakes on its own questions and on the author's probes."""
    result = tiny_course(SEVEN, misconceptions=MISTAKES).check(source)

    assert result.outcome.value == "failed"
    assert (result.feedback.misconception, result.feedback.hint) == (name, hint)
    assert (result.feedback.explained_by is None) == (name in (None, "returns_the_exception"))
    assert result.feedback.counterexample == "square(7)"


NET = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 4, 3), ACTIVATION, nn.Flatten(), nn.Linear(144, 2))
    def forward(self, x): return self.body(x)
"""
SHAPE = '''
@pytest.mark.check(points=1, exercise="squares")
def test_positive(student):
    """The network has two activations."""
    model = student.Net()
    expect.equal(len([s for s in model.stages((1, 1, 8, 8)) if s.operator == "relu"]), 2)
'''


@pytest.mark.slow
def test_the_known_mistake_of_a_model_is_named(tiny_course: WriteCourse) -> None:
    """Models are compared by parameter table and function, in a process of ours."""
    mistakes = "\n".join(
        NET.replace("Net", name)
        .replace("ACTIVATION", f"nn.{activation}()")
        .replace("(nn.Module):", f'(nn.Module):\n    """{name}.\n\n    Hint on {name}."""')
        for name, activation in (("UsesTanh", "Tanh"), ("UsesNothing", "Identity"))
    )
    table = '\nMISCONCEPTIONS = {"Net": (UsesTanh, UsesNothing)}\nPROBES = {"Net": (2, 1, 8, 8)}\n'
    settings = '[[exercises]]\nname = "nets"\ntitle = "Nets"\nprovides = ["Net"]\n'
    right = NET.replace("ACTIVATION", "nn.ReLU()")
    course = tiny_course(SHAPE, reference=right, misconceptions=mistakes + table, settings=settings)

    for activation, name in (("Tanh", "UsesTanh"), ("Identity", "UsesNothing"), ("Sigmoid", None)):
        result = course.check(NET.replace("ACTIVATION", f"nn.{activation}()"))
        assert (result.outcome.value, result.feedback.misconception) == ("failed", name)


class Warmed:
    """Workers of the reference, and what they were to have imported before anybody asked."""

    def __init__(self, source: Workers) -> None:
        self.source = source
        self.worker, self.renew = source.worker, source.renew
        self.preloads: list[tuple[str, ...]] = []

    def warm(self, preload: tuple[str, ...]) -> None:
        """Note it, and do it."""
        self.preloads.append(preload)
        self.source.warm(preload)


@pytest.mark.parametrize(
    ("fixtures", "imports", "warmed"),
    [
        pytest.param("student, reference", "import torch\n", [("torch",)], id="asked"),
        pytest.param(
            "student, reference", "import torch\nSGD = torch.optim.SGD\n", [("torch", "torch._dynamo")], id="optimizer"
        ),
        pytest.param("student", "import torch\n", [], id="not-asked"),
        pytest.param("student, reference", "", [], id="nothing-to-import"),
    ],
)
def test_the_reference_imports_torch_while_the_submission_is_asked(
    tiny_course: WriteCourse, fixtures: str, imports: str, warmed: list[tuple[str, ...]]
) -> None:
    """It takes seconds, so it begins where a check will ask the reference and it imports torch, and nowhere else."""
    course = tiny_course(
        SEVEN.replace("(student)", f"({fixtures})"), reference=f"{imports}def square(n): return n * n\n"
    )
    reference = Warmed(course.reference_sandbox)

    graded = grade_submission(
        course.request(),
        course.submission("def square(n): return n * n\n"),
        Sides(submission=course.sandbox, reference=reference),
    )

    assert [check.outcome for check in graded.checks] == [Outcome.PASSED]
    assert reference.preloads == warmed


def test_an_exercise_without_checks_cannot_be_asked_about(tiny_course: WriteCourse) -> None:
    """Where all of them are hidden, for one, a check of it alone has nothing to ask; nor is the exercise shown that is not."""
    course = tiny_course(SEVEN, settings='[[exercises]]\nname = "cubes"\ntitle = "Cubes"\nprovides = ["cube"]\n')
    request = replace(course.request(), exercises=("cubes",))

    with pytest.raises(AssignmentError) as error:
        grade_submission(request, course.submission("cube = lambda n: n ** 3"), course.sides)
    assert str(error.value) == "the checks cannot be used: there are no checks here of cubes"
    assert [exercise.name for exercise in request.asked.exercises] == ["cubes"]
    assert [exercise.name for exercise in course.request().asked.exercises] == ["squares", "cubes"]
