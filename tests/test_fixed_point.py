"""Random numbers and curves in whole numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grader.fixed_point import ONE, TURN, Stream, cosine, sine, table


def test_the_stream_is_what_it_always_was() -> None:
    """Under a seed, numbers are the same on every machine and with every version of numpy."""
    assert Stream(1).between(-100, 100, 6).tolist() == [2, 91, -72, 90, -38, -15]
    assert Stream(1).noise(6).tolist() == [128, 59, 35, 151, -37, 167]
    assert Stream(1).order(6).tolist() == [2, 4, 5, 0, 3, 1]


def test_numbers_between_two_ends_are_equally_likely() -> None:
    """Each number from low to high, both included, is drawn about as often."""
    drawn = Stream(2).between(-2, 2, 50, 1000)
    counts = np.bincount(drawn.ravel() + 2, minlength=5)

    assert drawn.shape == (50, 1000)
    assert counts.sum() == 50_000
    assert counts.min() > 9_500  # 10,000 are expected, with a standard deviation of 89
    assert len(counts) == 5


def test_noise_is_nearly_normal() -> None:
    """Mean, variance and tails are those of a sum of four uniform numbers; no two neighbours are alike."""
    drawn = Stream(3).noise(1, 100_001).astype(float).ravel()

    assert drawn.shape == (100_001,)
    assert abs(drawn.mean()) < 3
    assert drawn.var() == pytest.approx(21_845, rel=0.02)
    assert (abs(drawn) < math.sqrt(21_845)).mean() == pytest.approx(0.67, abs=0.01)
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 0.02


@pytest.mark.parametrize("count", [0, 1, 23, 1000])
def test_orders_and_labels(count: int) -> None:
    """An order holds every number once; balanced labels hold every class as often, or once more."""
    order, labels = Stream(4).order(count), Stream(4).balanced(count, 10)

    assert sorted(order) == list(range(count))
    counts = np.bincount(labels, minlength=10)
    assert counts.max() - counts.min() <= 1
    assert count < 1000 or (np.diff(labels) < 0).sum() > 300  # they are not sorted


def test_sine_and_cosine() -> None:
    """Both are right for angles of any sign and size, up to the steps of the table."""
    angle = np.arange(-3 * TURN, 3 * TURN, 997, dtype=np.int32)
    radians = 2 * np.pi * angle / TURN

    assert abs(sine(angle) / ONE - np.sin(radians)).max() < 0.002
    assert abs(cosine(angle) / ONE - np.cos(radians)).max() < 0.002
    assert sine(np.int32([0, TURN // 4, 3 * TURN // 4])).tolist() == [0, ONE, -ONE]


def test_tables_hold_rounded_values() -> None:
    """A table holds the values of its curve in steps of 1 / per_unit."""
    assert table(math.sqrt, 5, 2, 10).tolist() == [0, 7, 10, 12, 14]
