"""Checks that ask by lines of Python: classes, functions that are given functions, and how a student reads such a question."""

from __future__ import annotations

import pytest
import torch
from students import StudentOf

from grader.errors import AssignmentError, Crashed, ForbiddenOperation, MissingDefinition, StudentRaised
from grader.proxy.evidence import Question, RaisedInstead, Returned
from grader.proxy.lines import asked_lines, render_lines
from grader.proxy.student import session_of

COUNTER = """
class Counter:
    def __init__(self, start=0):
        self.count = start
    def up(self, by=1):
        if by < 0:
            raise ValueError(f"{by} is negative")
        self.count += by
        return self
def apply(f, x): return f(f(x))
"""


def test_a_class_is_used(student_of: StudentOf) -> None:
    """Lines make an object of the submission, use it, and leave what a check asks for; each question begins anew."""
    student = student_of(COUNTER)
    lines = """
        one = Counter(start)
        for by in steps:
            one.up(by)
        answer = one.count, [one.up().count]
    """

    assert student.Counter.use(lines, start=2, steps=[3, 4]) == (9, [10])
    assert student.Counter.use("answer = Counter().count") == 0


def test_a_function_is_given_functions(student_of: StudentOf) -> None:
    """A function that takes a function gets one of ours."""
    assert student_of(COUNTER).apply.use("answer = apply(lambda x: x ** 2 + shift, 3)", shift=1) == 101


def test_tensors_go_in_and_out_of_lines(student_of: StudentOf) -> None:
    """`torch`, `np` and `math` are there without an import, whatever the submission calls so."""
    source = "import torch\nnp = math = 3\ndef double(x): return 2 * x"
    received = student_of(source).double.use(
        "answer = double(x), torch.zeros(1), np.ones(2), math.sqrt(4)", x=torch.ones(2, dtype=torch.float64)
    )

    assert isinstance(received, tuple)
    doubled, zeros, ones, two = received
    assert torch.equal(doubled, torch.full((2,), 2.0, dtype=torch.float64))
    assert (zeros.tolist(), ones.tolist(), two) == ([0.0], [1.0, 1.0], 2.0)


def test_what_lines_raise_is_told_with_the_lines_of_the_submission(student_of: StudentOf) -> None:
    """The trace shows the student's file; the counterexample is the question."""
    student = student_of(COUNTER)

    with pytest.raises(StudentRaised, match="-1 is negative") as caught:
        student.Counter.use("Counter().up(by); answer = 1", by=-1)
    assert caught.value.trace == ('work.py, line 7, in up: raise ValueError(f"{by} is negative")',)
    assert session_of(student).last_call == "by = -1; Counter().up(by); answer = 1"
    with pytest.raises(StudentRaised, match="has no attribute 'down'") as caught:
        student.Counter.use("answer = Counter().down()")
    assert caught.value.trace == ()


def test_what_is_missing_is_named(student_of: StudentOf) -> None:
    """The name that is asked for must be there before lines run."""
    with pytest.raises(MissingDefinition, match="Countr"):
        student_of(COUNTER).Countr.use("answer = 1")


def test_lines_are_under_the_policy(student_of: StudentOf) -> None:
    """What a submission may not use it may not use when lines call it."""
    source = "import torch\ndef mine(x): return torch.relu(x)"
    student = student_of(source, forbidden_operators=("relu",))

    with pytest.raises(ForbiddenOperation):
        student.mine.use("answer = mine(torch.ones(2))")


def test_what_cannot_come_back_is_only_named(student_of: StudentOf) -> None:
    """An object of the submission arrives as its name, as from a call."""
    assert "Counter" in str(student_of(COUNTER).Counter.use("answer = Counter()"))


def test_a_submission_that_takes_the_answer_away_gains_nothing(student_of: StudentOf) -> None:
    """Lines run where the submission runs: it may spoil its own answer, which is then an error of its own."""
    source = "import sys\ndef f():\n    sys._getframe(1).f_globals.pop('answer', None)\n    return 1"

    with pytest.raises((StudentRaised, Crashed)):
        student_of(source).f.use("answer = 2; f()")


def test_questions_by_lines_are_recorded(student_of: StudentOf) -> None:
    """The diagnosis can ask the same again."""
    student = student_of(COUNTER)
    student.Counter.use("answer = Counter(n).count", n=3)
    with pytest.raises(StudentRaised):
        student.Counter.use("answer = Counter().up(-1)")
    first, second = session_of(student).questions

    assert first == Question(
        name="Counter", args=(), kwargs={"n": 3}, answer=Returned(value=3), lines="answer = Counter(n).count"
    )
    assert isinstance(second.answer, RaisedInstead)
    assert student.Counter.again(first.args, first.kwargs, first.lines) == 3


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ("answer = (", r"^a check asks by lines that are no Python \('\(' was never closed, line 1\): answer = \($"),
        ("result = 3", "^a check asks by lines that leave nothing in the name `answer`: result = 3$"),
    ],
)
def test_lines_that_ask_nothing_are_the_authors_mistake(student_of: StudentOf, lines: str, text: str) -> None:
    """Nobody's submission is blamed for them."""
    with pytest.raises(AssignmentError, match=text):
        student_of(COUNTER).Counter.use(lines)


def test_lines_are_read_as_python() -> None:
    """A student can run what is shown: on one line, or on several where a statement needs them."""
    several = "for one in x:\n    answer = one"

    assert render_lines("a = f(x)\n\n# a comment\nanswer = (a,\n  x)", {"x": 2}) == "x = 2; a = f(x); answer = (a, x)"
    assert render_lines(several, {"x": torch.ones(5, 3)}) == f"x = <tensor (5, 3)>\n{several}"
    assert asked_lines("\n        a = 1\n        answer = a\n    ") == "a = 1\nanswer = a"
