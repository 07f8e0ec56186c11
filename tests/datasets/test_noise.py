"""Images of noise, drawn from a key."""

from __future__ import annotations

import math

import pytest
import torch
from made_keys import key, raw

from grader.datasets import noise


def fractions(number: int, count: int) -> list[float]:
    """Return the numbers from 0 to below 1 of a key, straight from SHAKE-256: 24 bits of every 64."""
    return [(drawn >> 40) / 2**24 for drawn in raw(number, 1, count)]


def test_uniform_numbers_are_those_of_the_key() -> None:
    """They are multiples of 2^-24, which float32 holds without rounding, in the shape that is asked for."""
    drawn = noise.uniform(key(1), 2, 3)

    assert drawn.dtype == torch.float32
    assert drawn.shape == (2, 3)
    assert drawn.flatten().tolist() == fractions(1, 6)


def test_uniform_numbers_are_uniform() -> None:
    """They lie from 0 to below 1, with the mean and the variance of numbers that are equally likely."""
    drawn = noise.uniform(key(2), 50, 1000).double()

    assert 0 <= drawn.min() < 0.001
    assert 0.999 < drawn.max() < 1
    assert drawn.mean().item() == pytest.approx(1 / 2, abs=0.01)
    assert drawn.var().item() == pytest.approx(1 / 12, rel=0.03)


def test_normal_numbers_are_those_of_box_and_muller() -> None:
    """Each is a radius of the first half of the key's numbers, at an angle of the second half."""
    radii, turns = (fractions(3, 12)[half : half + 6] for half in (0, 6))
    expected = [
        math.sqrt(-2 * math.log(1 - radius)) * math.cos(2 * math.pi * turn)
        for radius, turn in zip(radii, turns, strict=True)
    ]
    drawn = noise.normal(key(3), 2, 3)

    assert drawn.dtype == torch.float64
    assert drawn.shape == (2, 3)
    assert drawn.flatten().tolist() == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_normal_numbers_are_normal() -> None:
    """Mean, variance and shares within one, two and three standard deviations are those of the normal distribution."""
    drawn = noise.normal(key(4), 100, 1000)

    assert drawn.isfinite().all()
    assert drawn.mean().item() == pytest.approx(0, abs=0.02)
    assert drawn.var().item() == pytest.approx(1, rel=0.03)
    for deviations in (1, 2, 3):
        within = (drawn.abs() < deviations).double().mean().item()
        assert within == pytest.approx(math.erf(deviations / math.sqrt(2)), abs=0.007)
    assert abs(torch.corrcoef(torch.stack([drawn.flatten()[1:], drawn.flatten()[:-1]]))[0, 1]) < 0.02


@pytest.mark.parametrize("draw", [noise.uniform, noise.normal])
def test_a_key_decides_everything(draw: object) -> None:
    """The same key gives the same numbers, another key others; no number of images is too small."""
    one, again, other = (draw(key(number), 4, 3, 8, 8) for number in (5, 5, 6))  # type: ignore[operator]

    assert torch.equal(one, again)
    assert not (one == other).any()
    assert draw(key(5), 0, 3, 8, 8).shape == (0, 3, 8, 8)  # type: ignore[operator]
