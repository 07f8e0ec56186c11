"""What tests in notebooks require is required as they mean it, and an answer of another kind fails."""

from __future__ import annotations

import math

import numpy
import pytest
import torch

from grader.checks import expect
from grader.errors import CheckFailed, StudentRaised
from grader.protocol import Opaque


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (5.0, 5),
        ([1, 2.0], [1, 2]),
        ({"a": 1.0}, {"a": 1}),
        (numpy.array([1, 2]), [1, 2]),
        ([1, 2], torch.tensor([1.0, 2.0])),
        ((1, (2,)), (1, (2,))),
    ],
)
def test_what_equals_passes(received: object, expected: object) -> None:
    """Numbers of any type, at every depth, and arrays as the lists of their numbers."""
    expect.loosely.equal(received, expected)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (4, 5),
        ([1, 2], (1, 2)),
        ([1], [1, 2]),
        ({"a": 1}, {"b": 1}),
        (numpy.array([1, 2]), [1, 3]),
        (numpy.array([1, 2]), 1),
        (Opaque("set", "{1}"), numpy.array([1])),
        (None, 0),
    ],
)
def test_what_does_not_equal_fails(received: object, expected: object) -> None:
    """A list is no tuple, and a shape counts."""
    with pytest.raises(CheckFailed, match="the answer is wrong"):
        expect.loosely.equal(received, expected)


@pytest.mark.parametrize(
    ("received", "expected", "message"),
    [
        (1.2, 1.0, "the value is wrong"),
        (math.nan, 1.0, "the value is wrong"),
        (numpy.array([1.0, 1.2]), [1.0, 1.0], "1 of 2 values differ"),
        ([1.0, 2.0, 3.0], [1.0, 2.0], "the shape is wrong"),
        ("1", 1.0, "the answer should be numbers"),
        (Opaque("Series", ""), 1.0, "the answer should be numbers"),
        ([torch.ones(2), torch.ones(3)], 1.0, "the answer should be numbers"),
    ],
)
def test_what_is_not_close_fails(received: object, expected: object, message: str) -> None:
    """By more than is allowed, or of another shape or kind."""
    with pytest.raises(CheckFailed, match=message):
        expect.loosely.close(received, expected, rtol=0.0, atol=0.1)


def test_what_is_close_passes() -> None:
    """As numpy means it: relative to what is expected, infinities are equal, a single number stands for all."""
    expect.loosely.close(1.05, 1, rtol=0.0, atol=0.1)
    expect.loosely.close(110, 100, rtol=0.1, atol=0.0)
    expect.loosely.close(math.inf, math.inf, rtol=0.0, atol=0.0)
    expect.loosely.close(numpy.zeros((2, 2)), 0, rtol=0.0, atol=0.0)
    expect.loosely.close([torch.ones(2), torch.ones(2)], torch.ones(2, 2), rtol=0.0, atol=0.0)


def test_a_sentence_is_what_a_student_reads() -> None:
    """Of a condition that does not hold."""
    expect.loosely.true(numpy.bool_(True), "never")
    with pytest.raises(CheckFailed, match="it is too small"):
        expect.loosely.true(0, "it is too small")


def test_an_answer_of_another_kind_fails_where_it_is_computed_with() -> None:
    """It is the submission's fault and not that of the check; what the submission raises stays what it is."""
    with (
        pytest.raises(CheckFailed, match="the answer is of another kind than the one asked for") as caught,
        expect.loosely.answers(),
    ):
        len(5)  # type: ignore[arg-type]
    assert "TypeError" in str(caught.value.received)

    raised = StudentRaised(("ValueError",), "why", "")
    with pytest.raises(StudentRaised), expect.loosely.answers():
        raise raised

    assert expect.loosely.usable(3) == 3
    with pytest.raises(CheckFailed, match="the answer is of another kind than the one asked for"):
        expect.loosely.usable(Opaque("Series", ""))
