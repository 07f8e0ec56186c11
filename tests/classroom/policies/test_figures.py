"""How figures are shown."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.classroom.policies import figure
from grader.classroom.policies.figures import count, percent, points, signed


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (6, "6"),
        (Fraction(13, 2), "6.5"),
        (Fraction(20, 3), "6.67"),
        (Fraction(-20, 3), "−6.67"),
        (Fraction(1, 8), "0.13"),
        (Fraction(-1, 8), "−0.13"),
        (Fraction(1, 1000), "0"),
        (Fraction(-1, 1000), "0"),
        (Fraction(1, 20), "0.05"),
        (100, "100"),
        (Fraction(1999, 1000), "2"),
    ],
)
def test_a_figure(number, shown):
    """It has two decimals at most, is rounded half away from zero, and has no zeros that say nothing."""
    assert figure(number) == shown


def test_figures_in_sentences():
    """A change has its sign, and one is no plural."""
    assert (signed(2), signed(Fraction(-1, 2)), signed(0)) == ("+2", "−0.5", "0")
    assert (points(1), points(2), points(Fraction(1, 2))) == ("1 point", "2 points", "0.5 points")
    assert (count(1, "day"), count(0, "day")) == ("1 day", "0 days")
    assert percent(Fraction(1, 3)) == "33.33%"
