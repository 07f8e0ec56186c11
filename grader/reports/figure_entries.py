"""Figures as results.json has them: their types, written and read again, with the bounds that `grader.figures` sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec

from grader.figures import (
    MAX_BARS,
    MAX_CLASSES,
    MAX_FIGURES,
    MAX_LINES,
    MAX_MISREAD,
    MAX_POINTS,
    MAX_SIDE,
    NONE,
    Bars,
    Confusion,
    Curves,
    Figures,
    Line,
    Misread,
    what_is_wrong_with,
)

Count = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class LineEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One number after another; null is one that is not finite, or is not there."""

    name: str
    values: Annotated[list[float | None], msgspec.Meta(max_length=MAX_POINTS)]


class CurvesEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Lines over the same steps, which are counted from 1."""

    title: str
    step: str
    """What a step is: an epoch."""
    lines: Annotated[list[LineEntry], msgspec.Meta(max_length=MAX_LINES)]


class BarsEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A size for each of several names; null is one that is not finite."""

    title: str
    of: str
    """What the names are those of: a parameter."""
    labels: Annotated[list[str], msgspec.Meta(max_length=MAX_BARS)]
    values: Annotated[list[float | None], msgspec.Meta(max_length=MAX_BARS)]
    more: Count
    """How many are left out."""


class MisreadEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A held-out image of which a network gave the wrong class."""

    width: Annotated[int, msgspec.Meta(ge=1, le=MAX_SIDE)]
    height: Annotated[int, msgspec.Meta(ge=1, le=MAX_SIDE)]
    channels: Literal[1, 3]
    """1 for grey, 3 for red, green and blue."""
    pixels: Annotated[bytes, msgspec.Meta(max_length=3 * MAX_SIDE**2)]
    """Base64: row by row, the channels of a pixel beside each other."""
    label: Annotated[int, msgspec.Meta(ge=0, lt=MAX_CLASSES)]
    read_as: Annotated[int, msgspec.Meta(ge=0, lt=MAX_CLASSES)]


class ConfusionEntry(msgspec.Struct, frozen=True, kw_only=True):
    """How often held-out images of each class were read as which; for staff."""

    title: str
    labels: Annotated[list[str], msgspec.Meta(max_length=MAX_CLASSES)]
    counts: Annotated[
        list[Annotated[list[Count], msgspec.Meta(max_length=MAX_CLASSES)]], msgspec.Meta(max_length=MAX_CLASSES)
    ]
    """A row for each class, and in it a number for each class that was read."""
    unread: Count
    """Images that got no finite scores."""
    misread: Annotated[list[MisreadEntry], msgspec.Meta(max_length=MAX_MISREAD)]


class FiguresEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What of a check is drawn."""

    curves: Annotated[list[CurvesEntry], msgspec.Meta(max_length=MAX_FIGURES)]
    bars: Annotated[list[BarsEntry], msgspec.Meta(max_length=MAX_FIGURES)]
    confusions: Annotated[list[ConfusionEntry], msgspec.Meta(max_length=MAX_FIGURES)]


def written(figures: Figures, text: Callable[[str], str]) -> FiguresEntry | None:
    """
    Return the entry of figures; None where there are none.

    Args:
        text: Makes a text clean and bounds it.
    """
    if not figures:
        return None
    return FiguresEntry(
        curves=[
            CurvesEntry(
                title=text(one.title),
                step=text(one.step),
                lines=[LineEntry(name=text(line.name), values=list(line.values)) for line in one.lines],
            )
            for one in figures.curves
        ],
        bars=[
            BarsEntry(
                title=text(one.title),
                of=text(one.of),
                labels=list(map(text, one.labels)),
                values=list(one.values),
                more=one.more,
            )
            for one in figures.bars
        ],
        confusions=[
            ConfusionEntry(
                title=text(one.title),
                labels=list(map(text, one.labels)),
                counts=[list(row) for row in one.counts],
                unread=one.unread,
                misread=list(map(_misread_entry, one.misread)),
            )
            for one in figures.confusions
        ],
    )


def _misread_entry(image: Misread) -> MisreadEntry:
    return MisreadEntry(
        width=image.width,
        height=image.height,
        channels=3 if image.channels == 3 else 1,
        pixels=image.pixels,
        label=image.label,
        read_as=image.read_as,
    )


def read(entry: FiguresEntry | None) -> Figures:
    """
    Return the figures of an entry, which is within its bounds.

    Raises:
        ValueError: If parts of a figure do not fit together.
    """
    if entry is None:
        return NONE
    for bars in entry.bars:
        if len(bars.labels) != len(bars.values):
            raise ValueError(f"{len(bars.labels)} bars have labels, and {len(bars.values)} have values")
    figures = Figures(
        curves=tuple(
            Curves(
                title=one.title,
                step=one.step,
                lines=tuple(Line(name=line.name, values=tuple(line.values)) for line in one.lines),
            )
            for one in entry.curves
        ),
        bars=tuple(
            Bars(title=one.title, of=one.of, labels=tuple(one.labels), values=tuple(one.values), more=one.more)
            for one in entry.bars
        ),
        confusions=tuple(
            Confusion(
                title=one.title,
                labels=tuple(one.labels),
                counts=tuple(map(tuple, one.counts)),
                unread=one.unread,
                misread=tuple(Misread(**msgspec.structs.asdict(image)) for image in one.misread),
            )
            for one in entry.confusions
        ),
    )
    wrong = next(filter(None, map(what_is_wrong_with, figures.confusions)), None)
    if wrong is not None:
        raise ValueError(f"a confusion matrix: {wrong}")
    return figures
