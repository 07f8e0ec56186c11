"""A course of one check, and what a class has handed in."""

from __future__ import annotations

TOML = """\
title = "Squares"
summary = "Square numbers."
file = "squares.py"
packages = []
[[exercises]]
name = "squares"
title = "Squares"
provides = ["square"]
"""
CHECKS = '''\
import pytest
from grader.checks import expect

@pytest.mark.check(points=4, exercise="squares")
def test_seven(student):
    """The square of seven is right."""
    expect.equal(student.square(7), 49)
'''
RIGHT = "def square(n): return n * n\n"
WRONG = "def square(n): return n\n"
EXPORT = """\
Student,ID,SIS Login ID,Section,Squares (43)
    Points Possible,,,,4.00
"Lovelace, Ada",1001,ada,A,
"Turing, Alan",1002,alan,A,
"Li, Na",1003,na,A,
"""
CANVAS = {
    "lovelaceada_1001_700_squares.py": RIGHT,
    "turingalan_LATE_1002_701_squares.py": WRONG,
    "turingalan_LATE_1002_702_squares-1.py": RIGHT,
    "lina_1003_703_work.zip": "this is no zip",
}
