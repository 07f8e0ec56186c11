"""
Oriented gratings: made-up images of ten classes that a small convolutional network learns in seconds.

A class is one of five orientations with one of two spatial frequencies.  Which these are is drawn from a key of classes, so
that a network trained before a grading has learnt others, and takes some of these for one.
Phase, position, colour and tint are drawn anew for each image, so that the mean image of every class is the same grey: no pixel
by itself says anything of the class, a linear classifier learns next to nothing, and what helps is to look for stripes
everywhere alike.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from grader.datasets.fixed_point import ONE, TURN, Integers, Stream, cosine, sine, table
from grader.keys import StreamKey

CLASSES = 10
SIDE = 32
_ORIENTATIONS = 5
_FREQUENCIES = np.array((7400, 13740), dtype=np.int32)
"""Turns per pixel, in units of 1 / TURN: wavelengths of 8.9 and 4.8 pixels."""
_HIGHER = 80
"""Thousandths by which the frequencies of a key of classes are higher or lower at most."""
_LEAST_APART = TURN * 25 // 360
"""25 degrees between two orientations."""
_JITTER = TURN // 63
"""0.1 radians."""
_UNITS = 16
"""Positions and widths are in units of 1 / 16 pixel."""
_CENTRES = (99, 397)
"""9.3 pixels from the middle of the image at most."""
_WIDTHS = (110, 150)
"""Standard deviation of the window: from 6.9 to 9.4 pixels."""
_LEVEL = 16
"""Brightness is in units of 1 / 16 grey level."""
_CONTRAST = 75 * _LEVEL
"""Length of the vector, over the three channels, from grey to the crest of a stripe.

Contrast and noise are balanced so that one epoch over 2,000 images teaches a small network something, and six nearly everything:
a training that stops early, or takes half of its steps, is told from a whole one.
"""
_TINT = 30 * _LEVEL
_NOISE = 30
"""Sixteenths, of numbers of standard deviation 148 in units of 1 / _LEVEL: 17 grey levels."""
_GREY = 128
_AT_A_TIME = 64  # images whose intermediate values stay in a processor's cache


def gratings(count: int, key: StreamKey, classes: StreamKey) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """
    Draw images and labels from *key*, as many of each class; the same bytes on every machine.

    Args:
        classes: Which orientations and frequencies there are.

    Returns:
        (count, 3, 32, 32) uint8 and (count,) int64, from 0 to 9, in random order.  Class c has orientation c mod 5, and the
        higher of the two frequencies from 5 upward.
    """
    stream = Stream(key)
    labels = stream.balanced(count, CLASSES)
    patterns = _patterns(stream, labels, Stream(classes))
    colours = _colours(stream, count)
    tints = stream.between(-_TINT, _TINT, count, 3)
    images = np.empty((count, 3, SIDE, SIDE), dtype=np.uint8)
    for start in range(0, count, _AT_A_TIME):
        some = slice(start, start + _AT_A_TIME)
        light = colours[some, :, None, None] * patterns[some, None] >> 14
        light += tints[some, :, None, None]
        light += stream.noise(*light.shape) * np.int32(_NOISE) >> 4
        light += _LEVEL // 2
        light >>= 4
        np.clip(light, 1 - _GREY, _GREY - 1, out=light)  # as far to both sides: clipping does not move the mean
        images[some] = light + _GREY
    return images, labels


def _patterns(stream: Stream, labels: NDArray[np.int64], classes: Stream) -> Integers:
    """Return stripes below a window (count, SIDE, SIDE), from -ONE to ONE."""
    count = len(labels)
    kind = labels.astype(np.int32)
    frequencies = _FREQUENCIES * classes.between(1000 - _HIGHER, 1000 + _HIGHER, 2) // 1000
    angle = _orientations(classes)[kind % _ORIENTATIONS] + stream.between(-_JITTER, _JITTER, count)
    frequency = frequencies[kind // _ORIENTATIONS] * stream.between(960, 1040, count) // 1000
    phase = stream.between(0, TURN - 1, count)
    width = stream.between(*_WIDTHS, count)
    windows = [_window(stream.between(*_CENTRES, count), width) for _axis in range(2)]
    pixels = np.arange(SIDE, dtype=np.int32)
    across = (frequency * cosine(angle) >> 14)[:, None] * pixels + phase[:, None]
    down = (frequency * sine(angle) >> 14)[:, None] * pixels
    patterns = np.empty((count, SIDE, SIDE), dtype=np.int32)
    for start in range(0, count, _AT_A_TIME):
        some = slice(start, start + _AT_A_TIME)
        stripes = sine(across[some, None, :] + down[some, :, None])
        window = windows[0][some, None, :] * windows[1][some, :, None] >> 6
        patterns[some] = stripes * window >> 14
    return patterns


def _orientations(classes: Stream) -> Integers:
    """Return five orientations, any of which is at least _LEAST_APART from the next, half a turn on being the first again."""
    spare = TURN // 2 - _ORIENTATIONS * _LEAST_APART
    cuts = np.sort(classes.between(0, spare, _ORIENTATIONS - 1))
    steps: Integers = np.diff(cuts, prepend=np.int32(0)) + np.int32(_LEAST_APART)
    turned: Integers = classes.between(0, TURN // 2 - 1) + np.concatenate(
        [np.zeros(1, np.int32), steps.cumsum(dtype=np.int32)]
    )
    return turned


def _window(centre: Integers, width: Integers) -> Integers:
    """Return a Gaussian bell along one axis (count, SIDE), 1,024 at its centre; a product of two makes a round window."""
    away: Integers = np.abs(np.arange(0, SIDE * _UNITS, _UNITS, dtype=np.int32) - centre[:, None])
    return _bell().take(away * 64 // width[:, None])


def _colours(stream: Stream, count: int) -> Integers:
    """Return vectors of one length and random direction (count, 3): on a sphere, every height is as likely (Archimedes)."""
    height = stream.between(-ONE, ONE, count)
    around = stream.between(0, TURN - 1, count)
    radius = _radii().take(np.abs(height) >> 4)
    unit = np.stack([radius * cosine(around) >> 14, radius * sine(around) >> 14, height], axis=1)
    return unit * np.int32(_CONTRAST) >> 14


@functools.cache
def _bell() -> Integers:
    return table(lambda deviations: math.exp(-(deviations**2) / 2), 512, 64, 1024)


@functools.cache
def _radii() -> Integers:
    return table(lambda height: math.sqrt(1 - height**2), 1025, 1024, ONE)
