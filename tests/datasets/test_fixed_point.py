"""Random numbers and curves in whole numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made_keys import key, raw

from grader.datasets.fixed_point import ONE, TURN, Stream, cosine, sine, table


def test_the_stream_is_what_it_always_was() -> None:
    """Under a key, numbers are the same on every machine and with every version of numpy: SHAKE-256 and whole numbers."""
    numbers = raw(1, 1, 6)
    quads = [number.to_bytes(8, "little")[half : half + 4] for number in numbers for half in (0, 4)]

    assert Stream(key(1)).between(-100, 100, 6).tolist() == [(n >> 32) * 201 // 2**32 - 100 for n in numbers]
    assert Stream(key(1)).noise(11).tolist() == [sum(quad) - 510 for quad in quads][:11]
    assert Stream(key(1)).order(6).tolist() == sorted(range(6), key=numbers.__getitem__)
    assert Stream(key(1)).fractions(6).tolist() == [(n >> 40) / 2**24 for n in numbers]


def test_every_draw_is_another() -> None:
    """What is drawn second is the second output of SHAKE-256, however much the first draw took; shapes are filled by rows."""
    stream = Stream(key(6))
    stream.between(0, 1, 1000)

    assert stream.between(0, 999, 2, 3).tolist() == [
        [(n >> 32) * 1000 // 2**32 for n in row] for row in (raw(6, 2, 6)[:3], raw(6, 2, 6)[3:])
    ]
    assert Stream(key(6)).order(50).tolist() != Stream(key(7)).order(50).tolist()


def test_fractions_are_equally_likely() -> None:
    """Fractions lie from 0 to below 1, are multiples of 2^-24, and are no more often in one tenth than in another."""
    drawn = Stream(key(5)).fractions(50, 1000)
    counts = np.bincount((drawn.ravel() * 10).astype(int))

    assert drawn.shape == (50, 1000)
    assert drawn.dtype == np.float64
    assert 0 <= drawn.min() < drawn.max() < 1
    assert (drawn * 2**24 == np.round(drawn * 2**24)).all()
    assert counts.sum() == 50_000
    assert counts.min() > 4_600  # 5,000 are expected, with a standard deviation of 67
    assert len(counts) == 10


def test_numbers_between_two_ends_are_equally_likely() -> None:
    """Each number from low to high, both included, is drawn about as often."""
    drawn = Stream(key(2)).between(-2, 2, 50, 1000)
    counts = np.bincount(drawn.ravel() + 2, minlength=5)

    assert drawn.shape == (50, 1000)
    assert counts.sum() == 50_000
    assert counts.min() > 9_500  # 10,000 are expected, with a standard deviation of 89
    assert len(counts) == 5


def test_noise_is_nearly_normal() -> None:
    """Mean, variance and tails are those of a sum of four uniform numbers; no two neighbours are alike."""
    drawn = Stream(key(3)).noise(1, 100_001).astype(float).ravel()

    assert drawn.shape == (100_001,)
    assert abs(drawn.mean()) < 3
    assert drawn.var() == pytest.approx(21_845, rel=0.02)
    assert (abs(drawn) < math.sqrt(21_845)).mean() == pytest.approx(0.67, abs=0.01)
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 0.02


@pytest.mark.parametrize("count", [0, 1, 23, 1000])
def test_orders_and_labels(count: int) -> None:
    """An order holds every number once; balanced labels hold every class as often, or once more."""
    order, labels = Stream(key(4)).order(count), Stream(key(4)).balanced(count, 10)

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
