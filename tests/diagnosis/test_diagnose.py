"""A diagnosis explains or says nothing; it never changes a verdict, whatever goes wrong in it."""

from __future__ import annotations

import pytest
from tiny_courses import SEVEN, WriteCourse

from grader.diagnosis import misconceptions
from grader.diagnosis.diagnose import limits_of_diagnosis
from grader.model import Blame, Outcome
from grader.protocol import Limits

DOUBLES = '''
def doubles(n):
    """It doubles.

    What is n * n?"""
    return n + n
MISCONCEPTIONS = {"square": (doubles,)}
PROBES = {"square": ((3,), (-1,))}
'''


@pytest.mark.parametrize("error", [ZeroDivisionError("bug"), SystemError("bug"), MemoryError()])
def test_a_diagnosis_that_fails_is_no_explanation(
    tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """An error of ours while a mistake is looked for leaves verdict, blame and the check's own hint as they are."""

    def failing(*_args: object) -> None:
        raise error

    monkeypatch.setattr(misconceptions, "explain", failing)
    result = tiny_course(SEVEN, misconceptions=DOUBLES).check("def square(n): return n + n")

    assert (result.outcome, result.blame) == (Outcome.FAILED, Blame.STUDENT)
    assert result.feedback is not None
    assert (result.feedback.misconception, result.feedback.hint) == (None, "the hint of the check")


def test_a_diagnosis_has_time_of_its_own() -> None:
    """Questions of a diagnosis are not paid from the time of the submission, nor it from theirs."""
    usual = Limits(submission_seconds=3.0, request_seconds=2.0)
    own = limits_of_diagnosis(usual)

    assert own.submission_seconds == 60.0
    assert own.request_seconds == usual.request_seconds


def test_the_end_of_a_diagnosis_may_fail_too(tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of a diagnosis whose end cannot be told loses the explanation at most."""
    from grader.diagnosis import diagnose

    def broken(_self: object) -> str:
        raise OSError("no such control group")

    class Ending(diagnose.Session):
        end = broken

    course = tiny_course(SEVEN, misconceptions=DOUBLES)
    from grader.grading import sides

    usual = sides.Session
    made: list[str] = []

    def session(*args: object, **kwargs: object) -> object:
        made.append("one")
        return (Ending if len(made) == 2 else usual)(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(sides, "Session", session)
    result = course.check("def square(n): return n + n")

    assert len(made) == 2
    assert (result.outcome, result.blame) == (Outcome.FAILED, Blame.STUDENT)


TWO_FUNCTIONS = '''
@pytest.mark.check(points=1, exercise="squares")
def test_half_of_a_square(student):
    """Half of a square is right."""
    for n in (4, 6, 8):
        expect.equal(student.half(student.square(n)), n * n // 2)
'''
HALVES = '[[exercises]]\nname = "halves"\ntitle = "Halves"\nprovides = ["half"]\n'
BOTH = "def square(n): return n * n\ndef half(n): return n // 2\n"


def test_the_function_that_answers_wrongly_is_explained(tiny_course: WriteCourse) -> None:
    """Where a check asks several functions, the last of them may be right: its answers are also those of some changes of it."""
    course = tiny_course(TWO_FUNCTIONS, reference=BOTH, misconceptions=DOUBLES, settings=HALVES)
    feedback = course.check("def square(n): return n + n\ndef half(n): return n // 2").feedback

    assert feedback is not None
    assert (feedback.misconception, feedback.hint) == ("doubles", "What is n * n?")


def test_of_several_functions_the_last_may_be_wrong(tiny_course: WriteCourse) -> None:
    """The one before it, which is right, is not blamed."""
    thirds = DOUBLES.replace("doubles", "thirds").replace("n + n", "n // 3").replace('"square"', '"half"')
    course = tiny_course(TWO_FUNCTIONS, reference=BOTH, misconceptions=thirds, settings=HALVES)
    feedback = course.check("def square(n): return n * n\ndef half(n): return n // 3").feedback

    assert feedback is not None
    assert feedback.misconception == "thirds"
