"""
Random numbers and curves in whole numbers, so that images made of them are the same, byte for byte, on every machine.

Floating-point sines differ in their last bit between mathematical libraries, and numpy may change how it draws from a
distribution.  What stays is the stream of a bit generator (numpy's compatibility policy, NEP 19) and integer arithmetic.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int32]

TURN = 1 << 16
"""Unit of angles: a full turn is this many."""
ONE = 1 << 14
"""Unit of sines and cosines: 1 is this many."""
_STEPS = 1 << 12


class Stream:
    """Random whole numbers from the raw stream of PCG64 under one seed."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.PCG64(seed)

    def between(self, low: int, high: int, *shape: int) -> Integers:
        """Return int32 of *shape*, each from *low* to *high*, both included, and as likely as the others."""
        raw = self._generator.random_raw(math.prod(shape)).reshape(shape)
        return ((raw >> np.uint64(32)) * np.uint64(high - low + 1) >> np.uint64(32)).astype(np.int32) + np.int32(low)

    def noise(self, *shape: int) -> Integers:
        """Return int32 of *shape*, nearly normal: mean 0, variance 21,845; four bytes, less their mean, make one."""
        count = math.prod(shape)
        drawn = self._generator.random_raw(-(-count // 2)).astype("<u8").view(np.uint8).astype(np.int32)
        return (drawn[0::4] + drawn[1::4] + drawn[2::4] + drawn[3::4] - 510)[:count].reshape(shape)

    def order(self, count: int) -> NDArray[np.int64]:
        """Return the numbers below *count* in random order."""
        return np.argsort(self._generator.random_raw(count), kind="stable")

    def balanced(self, count: int, classes: int) -> NDArray[np.int64]:
        """Return *count* labels in random order, of which each class has as many as any other, or one more."""
        return (np.arange(count, dtype=np.int64) % classes)[self.order(count)]


def table(curve: Callable[[float], float], length: int, per_unit: int, scale: int) -> Integers:
    """Return the values of *curve* at 0, 1 / per_unit, 2 / per_unit … as *length* whole numbers, in units of 1 / scale."""
    return np.array([round(scale * curve(place / per_unit)) for place in range(length)], dtype=np.int32)


def sine(angle: Integers) -> Integers:
    """Return the sine, in units of 1 / ONE, of angles in units of 1 / TURN."""
    return _sines().take((angle >> 4) & (_STEPS - 1))


def cosine(angle: Integers) -> Integers:
    """Return the cosine, in units of 1 / ONE, of angles in units of 1 / TURN."""
    return sine(angle + np.int32(TURN // 4))


@functools.cache
def _sines() -> Integers:
    return table(lambda turns: math.sin(2 * math.pi * turns), _STEPS, _STEPS, ONE)
