"""
Random numbers and curves in whole numbers, so that images made of them are the same, byte for byte, on every machine.

Floating-point sines differ in their last bit between mathematical libraries, and numpy may change how it draws from a
distribution.  What stays is SHAKE-256 and integer arithmetic.  Of an ordinary generator a part of the numbers, as they can be
read off images, tells the others; of SHAKE-256 it does not, so labels may be drawn beside images that are shown.
"""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from grader.keys import StreamKey

Integers = NDArray[np.int32]

TURN = 1 << 16
"""Unit of angles: a full turn is this many."""
ONE = 1 << 14
"""Unit of sines and cosines: 1 is this many."""
_STEPS = 1 << 12


class Stream:
    """Random whole numbers from SHAKE-256 under a key."""

    def __init__(self, key: StreamKey) -> None:
        self._key = key
        self._draws = 0

    def _raw(self, count: int) -> NDArray[np.uint64]:
        """Return *count* numbers of 64 bits, none of which was drawn before."""
        self._draws += 1
        drawn = hashlib.shake_256(self._key.value + self._draws.to_bytes(8, "big")).digest(8 * count)
        return np.frombuffer(drawn, dtype="<u8")

    def between(self, low: int, high: int, *shape: int) -> Integers:
        """Return int32 of *shape*, each from *low* to *high*, both included, and as likely as the others."""
        raw = self._raw(math.prod(shape)).reshape(shape)
        return ((raw >> np.uint64(32)) * np.uint64(high - low + 1) >> np.uint64(32)).astype(np.int32) + np.int32(low)

    def noise(self, *shape: int) -> Integers:
        """Return int32 of *shape*, nearly normal: mean 0, variance 21,845; four bytes, less their mean, make one."""
        count = math.prod(shape)
        drawn = self._raw(-(-count // 2)).view(np.uint8).astype(np.int32)
        return (drawn[0::4] + drawn[1::4] + drawn[2::4] + drawn[3::4] - 510)[:count].reshape(shape)

    def fractions(self, *shape: int) -> NDArray[np.float64]:
        """Return float64 of *shape*: multiples of 2^-24 from 0 to below 1, each as likely."""
        return (self._raw(math.prod(shape)) >> np.uint64(40)).reshape(shape).astype(np.float64) * np.float64(2.0**-24)

    def order(self, count: int) -> NDArray[np.int64]:
        """Return the numbers below *count* in random order."""
        return np.argsort(self._raw(count), kind="stable")

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
