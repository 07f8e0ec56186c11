"""
Digits of a script that was made up: grey images of ten signs, new ones for every key, that a small network reads in seconds.

A sign is a line of four strokes.  Which ten there are is drawn as well, so nobody has seen them before a grading: neither images
nor weights that a submission brings along say which sign is which.  Each image shifts, turns, shears and scales its sign, moves
the ends of its strokes a little, and has a thickness, a brightness and noise of its own.
"""

from __future__ import annotations

import functools
import math
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from grader.datasets.fixed_point import ONE, TURN, Integers, Stream, cosine, sine
from grader.keys import StreamKey

CLASSES = 10
SIDE = 28
_POINTS = [(column, row) for column in range(3) for row in range(5)]
"""Strokes begin and end on a grid, whose points are 4.5 pixels apart from left to right and 4 from top to bottom."""
_STROKES = 4
_MAX_ALIKE = 2
"""How many strokes of two signs may go the same way."""
_UNITS = 32
"""Positions are in units of 1 / 32 pixel."""
_COLUMN, _ROW = 9 * _UNITS // 2, 4 * _UNITS
_MIDDLE = (SIDE - 1) * _UNITS // 2
_SHIFT, _UNEVEN = 5 * _UNITS, _UNITS // 2
_SLANT = TURN // 63
"""0.1 radians."""
_SCALE, _SHEAR = ONE // 16, ONE // 16
_THICKNESSES = 16
_FINE = 64
"""Squared distances from a stroke are looked up in units of 1 / 64 square pixel."""
_FAR = 16 * _FINE
"""Four pixels away, where no ink is."""
_NOISE = 60
"""Of 256, for numbers of standard deviation 148: 35 grey levels."""
_AT_A_TIME = 32  # images whose intermediate values stay in a processor's cache


def new_digits(count: int, key: StreamKey, classes: StreamKey) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """
    Draw images and labels from *key*, as many of each sign; the same bytes on every machine.

    Args:
        classes: What the ten signs are.

    Returns:
        (count, 1, 28, 28) uint8, light on dark, and (count,) int64, from 0 to 9, in random order.
    """
    stream = Stream(key)
    labels = stream.balanced(count, CLASSES)
    points = _points(classes)[labels]
    ends = _ends(stream, points)
    thickness = stream.between(0, _THICKNESSES - 1, count) * _FAR
    brightness = stream.between(179, 256, count)
    images = np.empty((count, 1, SIDE, SIDE), dtype=np.uint8)
    for start in range(0, count, _AT_A_TIME):
        some = slice(start, start + _AT_A_TIME)
        nearest = np.minimum(_squared_distances(ends[some]), _FAR - 1)
        light = _ink().take(nearest + thickness[some, None, None]) * brightness[some, None, None] >> 8
        light += stream.noise(*light.shape) * np.int32(_NOISE) >> 8
        images[some, 0] = np.clip(light, 0, 255)
    return images, labels


def _ends(stream: Stream, points: Integers) -> Integers:
    """Return where the strokes of each image begin and end: (count, strokes, 2, 2), the last axis is x, y."""
    count = len(points)
    angle = stream.between(-_SLANT, _SLANT, count)
    scale = stream.between(ONE - _SCALE, ONE + _SCALE, count)
    shear = stream.between(-_SHEAR, _SHEAR, count)
    cos, sin = cosine(angle), sine(angle)
    turn_and_shear = np.stack([cos, shear - sin, sin, cos], axis=1)
    matrix = (turn_and_shear * scale[:, None] >> 14).reshape(count, 1, 1, 2, 2)
    turned: Integers = (matrix * points[:, :, :, None, :]).sum(axis=-1, dtype=np.int32) >> 14
    shift = stream.between(-_SHIFT, _SHIFT, count, 1, 1, 2) + np.int32(_MIDDLE)
    uneven = stream.between(-_UNEVEN, _UNEVEN, count, _STROKES, 2, 2)
    ends: Integers = turned + shift + uneven
    return ends


def _squared_distances(ends: Integers) -> Integers:
    """Return how far each pixel is from the nearest stroke, squared, in units of 1 / _FINE: (count, SIDE, SIDE)."""
    positions = np.arange(0, SIDE * _UNITS, _UNITS, dtype=np.int32)
    nearest = np.full((len(ends), SIDE, SIDE), 2**31 - 1, dtype=np.int32)
    for stroke in range(_STROKES):
        begin, along = ends[:, stroke, 0], ends[:, stroke, 1] - ends[:, stroke, 0]
        x = (positions - begin[:, :1])[:, None, :]
        y = (positions - begin[:, 1:])[:, :, None]
        length = np.maximum((along**2).sum(axis=1, dtype=np.int32), 1)
        along_x, along_y = along[:, 0, None, None], along[:, 1, None, None]
        share = (x * along_x + y * along_y) * 256 // length[:, None, None]  # of the stroke, in units of 1 / 256
        np.clip(share, 0, 256, out=share)
        aside_x, aside_y = x - (share * along_x >> 8), y - (share * along_y >> 8)
        np.minimum(nearest, aside_x * aside_x + aside_y * aside_y, out=nearest)
    return nearest * _FINE // _UNITS**2


@functools.lru_cache(maxsize=4)
def _points(key: StreamKey) -> Integers:
    """Return the ends of the strokes of ten signs, about their middle: (signs, strokes, 2, 2), the last axis is x, y."""
    stream = Stream(key)
    drawn: list[NDArray[np.int64]] = []
    while len(drawn) < CLASSES:
        line = np.array(_POINTS)[stream.order(len(_POINTS))[: _STROKES + 1]]  # without lifting the pen
        if all(_alike(line, other) <= _MAX_ALIKE for other in drawn):
            drawn.append(line)
    strokes = np.stack([np.stack([line[:-1], line[1:]], axis=1) for line in drawn])
    middle, unit = np.array((1, 2)), np.array((_COLUMN, _ROW))
    points: Integers = ((strokes - middle) * unit).astype(np.int32)
    return points


def _alike(line: NDArray[np.int64], other: NDArray[np.int64]) -> int:
    """Return how many strokes of two signs go the same way, wherever they are."""
    here, there = (Counter(max((x, y), (-x, -y)) for x, y in np.diff(one, axis=0).tolist()) for one in (line, other))
    return (here & there).total()


@functools.cache
def _ink() -> Integers:
    """Return the ink, from 0 to 255, of every thickness and squared distance, one thickness after the other."""
    widths = [1.1 + 0.8 * number / (_THICKNESSES - 1) for number in range(_THICKNESSES)]
    return np.array(
        [
            round(255 / (1 + math.exp(2.5 * (math.sqrt(square / _FINE) - width))))
            for width in widths
            for square in range(_FAR)
        ],
        dtype=np.int32,
    )
