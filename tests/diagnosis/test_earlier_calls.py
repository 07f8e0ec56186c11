"""A function that answers by what it was asked before is told so, and no other."""

from __future__ import annotations

import pytest
from tiny_courses import WriteCourse

CHECKS = '''
@pytest.mark.check(points=1, exercise="squares")
def test_squares(student):
    """Squares are right."""
    for n in (2, 3, 5, 4):
        expect.equal(student.square(n), n * n)
'''


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("cache = {}\ndef square(n): return cache.setdefault(n % 2, n * n)", id="cache"),
        pytest.param("def square(n, seen=[]):\n    seen.append(n)\n    return n * n + len(seen) - 1", id="default"),
        pytest.param(
            "calls = 0\ndef square(n):\n    global calls\n    calls += 1\n    return n * n * calls", id="global"
        ),
        pytest.param("left = [4, 9]\ndef square(n): return left.pop(0)", id="raises"),
    ],
)
def test_what_is_kept_between_calls_is_named(tiny_course: WriteCourse, source: str) -> None:
    """In a worker of its own the same call gets another answer."""
    feedback = tiny_course(CHECKS).check(source).feedback

    assert feedback is not None
    assert feedback.misconception == "depends_on_earlier_calls"
    assert str(feedback.hint).startswith("called for this alone, your function answers something else")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("def square(n): return n * n if n < 5 else float('nan')", id="nan"),
        pytest.param("class Answer: pass\ndef square(n): return Answer()", id="object"),
        pytest.param(
            "class Answer: pass\ndef square(n): return [(1, Answer()), {1: Answer()}]", id="objects-in-a-list"
        ),
        pytest.param("import numpy\ndef square(n): return numpy.full(3, numpy.nan)", id="array-of-nan"),
        pytest.param("def square(n): return n ** 3", id="wrong-alone-too"),
        pytest.param(
            "calls = []\ndef square(n):\n    calls.append(n)\n    return n * n + 1e-7 * len(calls)",
            id="rounded-otherwise",
        ),
        pytest.param("def square(n): return float('inf')", id="infinity"),
        pytest.param(
            "def square(n):\n    if n > 3: raise RuntimeError(str(id([])))\n    return n * n", id="raises-alone-too"
        ),
    ],
)
def test_what_is_wrong_by_itself_is_not(tiny_course: WriteCourse, source: str) -> None:
    """Answers that no two computations give alike say nothing of earlier calls."""
    feedback = tiny_course(CHECKS).check(source).feedback

    assert feedback is not None
    assert feedback.misconception != "depends_on_earlier_calls"
