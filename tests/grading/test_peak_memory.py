"""The peak of memory of each check, as the kernel counted it: what the submission took shows, and nothing of another check."""

from __future__ import annotations

import pytest
from tiny_courses import WriteCourse

MIB = 1024**2
CHECKS = """
@pytest.mark.check(points=1, exercise="squares")
def test_seven(student):
    "Seven."
    expect.equal(student.square(7), 49)

@pytest.mark.check(points=1, exercise="squares")
def test_eight(student):
    "Eight."
    expect.equal(student.square(8), 64)
"""
ITSELF = """
def square(n):
    if n == 7:
        taken = b"x" * (200 * 1024**2)
    return n * n
"""
IN_A_CHILD = """
import os

def square(n):
    if n == 7:
        child = os.fork()
        if child == 0:
            taken = b"x" * (200 * 1024**2)
            os._exit(0)
        os.waitpid(child, 0)
    return n * n
"""
ENDED = """
import os

def square(n):
    if n == 7:
        taken = b"x" * (200 * 1024**2)
        os.abort()
    return n * n
"""


@pytest.mark.parametrize("source", [ITSELF, IN_A_CHILD, ENDED], ids=["itself", "in a child", "ended"])
def test_what_a_check_takes_is_counted_for_it_alone(source: str, tiny_course: WriteCourse) -> None:
    """The difference is what was taken, whatever Python and packages take; and however the worker ended."""
    seven, eight = tiny_course(CHECKS).grade(source).checks

    assert seven.name == "seven"
    assert 195 * MIB < seven.peak_bytes - eight.peak_bytes < 230 * MIB
    assert 5 * MIB < eight.peak_bytes < 400 * MIB


def test_nothing_that_ran_has_no_peak(tiny_course: WriteCourse) -> None:
    """A file that cannot be used is not run."""
    graded = tiny_course(CHECKS).grade("def square(n:\n")

    assert [check.peak_bytes for check in graded.checks] == [0, 0]
