"""
What a check found out that is better drawn than told: frozen values of bounded size, whatever a submission does.

Findings are bounded where a check notes them (`bounded`), and where stored ones are read (`reports/stored_results.py`).  Numbers
are finite; None stands for one that is not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

MAX_FIGURES = 4
"""Of each kind, of one check."""
MAX_LINES = 4
MAX_POINTS = 200
MAX_BARS = 64
MAX_CLASSES = 20
MAX_MISREAD = 6
MAX_SIDE = 64
"""Of a misread image, in pixels."""
_MAX_CHARACTERS = 120
"""Of a name that a submission has chosen."""

Number = float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One number after another, as the loss of each epoch."""

    name: str
    values: tuple[Number, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Lines over the same steps, which are counted from 1."""

    title: str
    step: str
    """What a step is: an epoch."""
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """A size for each of several names, which may be orders of magnitude apart."""

    title: str
    of: str
    """What the names are those of: a parameter."""
    labels: tuple[str, ...]
    values: tuple[Number, ...]
    more: int = 0
    """How many are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread:
    """A held-out image of which a network gave the wrong class."""

    width: int
    height: int
    channels: int
    """1 for grey, 3 for red, green and blue."""
    pixels: bytes
    """Row by row, the channels of a pixel beside each other."""
    label: int
    read_as: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often held-out images of each class were read as which: for staff, since held-out labels follow from it."""

    title: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    """A row for each class, and in it a number for each class that was read."""
    unread: int = 0
    """Images that got no finite scores."""
    misread: tuple[Misread, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures of one check."""

    curves: tuple[Curves, ...] = ()
    bars: tuple[Bars, ...] = ()
    confusions: tuple[Confusion, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self.curves or self.bars or self.confusions)


NONE = Figures()


def with_figure(figures: Figures, one: Curves | Bars | Confusion) -> Figures:
    """Return *figures* with one more, cut to its bounds; of one title the last counts, and beyond MAX_FIGURES the first."""
    match one:
        case Curves():
            curves = (*(other for other in figures.curves if other.title != one.title), _curves(one))
            return replace(figures, curves=curves[:MAX_FIGURES])
        case Bars():
            bars = (*(other for other in figures.bars if other.title != one.title), _bars(one))
            return replace(figures, bars=bars[:MAX_FIGURES])
        case Confusion():
            confusions = (*(other for other in figures.confusions if other.title != one.title), *_confusions(one))
            return replace(figures, confusions=confusions[:MAX_FIGURES])


def what_is_wrong_with(one: Confusion) -> str | None:
    """Return what does not fit together in a confusion matrix that may come from anywhere; None for nothing."""
    classes = len(one.labels)
    if len(one.counts) != classes or any(len(row) != classes for row in one.counts):
        return f"its matrix is not one of {classes} rows and columns, for as many labels"
    for image in one.misread:
        if len(image.pixels) != image.width * image.height * image.channels:
            return f"an image has {len(image.pixels)} values, which are not {image.width} x {image.height} pixels"
        if max(image.label, image.read_as) >= classes:
            return f"an image has a class beyond its {classes} labels"
    return None


def _curves(one: Curves) -> Curves:
    lines = (
        Line(name=line.name[:_MAX_CHARACTERS], values=tuple(map(_number, line.values[:MAX_POINTS])))
        for line in one.lines[:MAX_LINES]
    )
    return replace(one, lines=tuple(lines))


def _bars(one: Bars) -> Bars:
    """Return the first bars, and the last one, which often shows most."""
    pairs = [(label[:_MAX_CHARACTERS], _number(value)) for label, value in zip(one.labels, one.values, strict=True)]
    shown = pairs if len(pairs) <= MAX_BARS else [*pairs[: MAX_BARS - 1], pairs[-1]]
    labels, values = tuple(label for label, _ in shown), tuple(value for _, value in shown)
    return replace(one, labels=labels, values=values, more=one.more + len(pairs) - len(shown))


def _confusions(one: Confusion) -> tuple[Confusion, ...]:
    """Return the matrix, without images that are too large; nothing where a page cannot hold it."""
    if len(one.labels) > MAX_CLASSES:
        return ()
    fitting = [image for image in one.misread if max(image.width, image.height) <= MAX_SIDE]
    labels = tuple(label[:_MAX_CHARACTERS] for label in one.labels)
    return (replace(one, labels=labels, misread=tuple(fitting[:MAX_MISREAD])),)


def _number(value: Number) -> Number:
    return value if value is not None and math.isfinite(value) else None
