"""
Digits drawn with a few straight strokes: made-up grey images that a small convolutional network reads in seconds.

Each image turns, shears, scales and shifts the strokes of its digit, moves their ends a little, and has a thickness, a
brightness and noise of its own.  A linear classifier reads most, but by far not all of them.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from grader.fixed_point import ONE, TURN, Integers, Stream, cosine, sine

CLASSES = 10
SIDE = 28
_STROKES = (
    "00-20 20-24 24-04 04-00",
    "10-14 01-10",
    "00-20 20-22 22-02 02-04 04-24",
    "00-20 20-24 02-22 24-04",
    "00-02 02-22 20-24",
    "20-00 00-02 02-22 22-24 24-04",
    "20-00 00-04 04-24 24-22 22-02",
    "00-20 20-14",
    "00-20 20-24 24-04 04-00 02-22",
    "22-02 02-00 00-20 20-24",
)
"""From where to where, for each digit: column and row of a grid of 3 x 5 points, 4.5 pixels wide and 4 high each."""
_MOST = max(len(strokes.split()) for strokes in _STROKES)
_PLACE = 32
"""Positions are in units of 1 / 32 pixel."""
_COLUMN, _ROW = 9 * _PLACE // 2, 4 * _PLACE
_MIDDLE = (SIDE - 1) * _PLACE // 2
_SHIFT, _UNEVEN = 3 * _PLACE, 4 * _PLACE // 5
_SLANT = TURN * 3 // 63
"""0.3 radians."""
_SCALE, _SHEAR = ONE // 5, ONE // 4
_THICKNESSES = 16
_FINE = 64
"""Squared distances from a stroke are looked up in units of 1 / 64 square pixel."""
_FAR = 16 * _FINE
"""Four pixels away, where no ink is."""
_NOISE = 110
"""Of 256, for numbers of standard deviation 148: 64 grey levels."""
_AT_A_TIME = 32  # images whose intermediate values stay in a processor's cache


def stroke_digits(count: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """
    Draw images and labels from *seed*, as many of each digit; the same bytes on every machine.

    Returns:
        (count, 1, 28, 28) uint8, light on dark, and (count,) int64, from 0 to 9, in random order.
    """
    stream = Stream(seed)
    labels = stream.balanced(count, CLASSES)
    ends = _ends(stream, labels)
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


def _ends(stream: Stream, labels: NDArray[np.int64]) -> Integers:
    """Return where the strokes of each image begin and end: (count, strokes, 2, 2), the last axis is x, y."""
    count = len(labels)
    angle = stream.between(-_SLANT, _SLANT, count)
    scale = stream.between(ONE - _SCALE, ONE + _SCALE, count)
    shear = stream.between(-_SHEAR, _SHEAR, count)
    cos, sin = cosine(angle), sine(angle)
    turn_and_shear = np.stack([cos, shear - sin, sin, cos], axis=1)
    matrix = (turn_and_shear * scale[:, None] >> 14).reshape(count, 1, 1, 2, 2)
    points = _strokes()[labels]
    turned: Integers = (matrix * points[:, :, :, None, :]).sum(axis=-1, dtype=np.int32) >> 14
    shift = stream.between(-_SHIFT, _SHIFT, count, 1, 1, 2) + np.int32(_MIDDLE)
    uneven = stream.between(-_UNEVEN, _UNEVEN, count, _MOST, 2, 2)
    ends: Integers = turned + shift + uneven
    absent = ~_is_stroke()[labels]
    ends[absent] = ends[absent.nonzero()[0], 0]  # on the first stroke, which is there
    return ends


def _squared_distances(ends: Integers) -> Integers:
    """Return how far each pixel is from the nearest stroke, squared, in units of 1 / _FINE: (count, SIDE, SIDE)."""
    places = np.arange(0, SIDE * _PLACE, _PLACE, dtype=np.int32)
    nearest = np.full((len(ends), SIDE, SIDE), 2**31 - 1, dtype=np.int32)
    for stroke in range(_MOST):
        begin, along = ends[:, stroke, 0], ends[:, stroke, 1] - ends[:, stroke, 0]
        x = (places - begin[:, :1])[:, None, :]
        y = (places - begin[:, 1:])[:, :, None]
        length = np.maximum((along**2).sum(axis=1, dtype=np.int32), 1)
        along_x, along_y = along[:, 0, None, None], along[:, 1, None, None]
        share = (x * along_x + y * along_y) * 256 // length[:, None, None]  # of the stroke, in units of 1 / 256
        np.clip(share, 0, 256, out=share)
        aside_x, aside_y = x - (share * along_x >> 8), y - (share * along_y >> 8)
        np.minimum(nearest, aside_x * aside_x + aside_y * aside_y, out=nearest)
    return nearest * _FINE // _PLACE**2


@functools.cache
def _strokes() -> Integers:
    """Return the ends of the strokes about the middle of a digit: (digits, strokes, 2, 2), zeros where there is none."""
    points = np.zeros((CLASSES, _MOST, 2, 2), dtype=np.int32)
    for digit, strokes in enumerate(_STROKES):
        for place, stroke in enumerate(strokes.split()):
            for end, point in enumerate(stroke.split("-")):
                points[digit, place, end] = (int(point[0]) - 1) * _COLUMN, (int(point[1]) - 2) * _ROW
    return points


@functools.cache
def _is_stroke() -> NDArray[np.bool_]:
    """Return which strokes there are: (digits, strokes)."""
    return np.array([[place < len(strokes.split()) for place in range(_MOST)] for strokes in _STROKES])


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
