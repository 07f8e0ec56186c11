"""A confusion matrix as a table with shades, and the images that were misread."""

from __future__ import annotations

import base64
import struct
import zlib
from dataclasses import dataclass

from markupsafe import Markup

from grader.figures import Confusion, Misread

_SHADES = 4
_SCALE = 2
"""CSS pixels for each of an image."""
_COLOUR_TYPES = {1: 0, 3: 2}
"""Of PNG, by the number of channels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How often a class was read as another one."""

    count: int
    shade: int
    """0 for none, up to 4 for all of its class."""
    is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the images of a class were read as."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image that was misread."""

    source: Markup
    """As a data URL, which nothing needs to escape or to cut."""
    width: int
    height: int
    label: str
    read_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A confusion matrix as it is shown."""

    title: str
    labels: tuple[str, ...]
    rows: tuple[Row, ...]
    unread: int
    images: tuple[Image, ...]


def matrix(one: Confusion) -> Matrix:
    """Return how a confusion matrix is shown."""
    return Matrix(
        title=one.title,
        labels=one.labels,
        rows=tuple(_row(one, number) for number in range(len(one.labels))),
        unread=one.unread,
        images=tuple(_image(image, one.labels) for image in one.misread),
    )


def _row(one: Confusion, number: int) -> Row:
    counts = one.counts[number]
    total = max(sum(counts), 1)
    return Row(
        label=one.labels[number],
        cells=tuple(
            Cell(count=count, shade=-(-_SHADES * count // total), is_right=number == place)
            for place, count in enumerate(counts)
        ),
    )


def _image(image: Misread, labels: tuple[str, ...]) -> Image:
    return Image(
        source=Markup("data:image/png;base64,{}").format(base64.b64encode(png(image)).decode()),
        width=_SCALE * image.width,
        height=_SCALE * image.height,
        label=labels[image.label],
        read_as=labels[image.read_as],
    )


def png(image: Misread) -> bytes:
    """
    Write an image as PNG.

    Source: PNG Specification (Third Edition), sections 5.3 (chunks), 11.2.1 (IHDR) and 9 (filter type 0).
    """
    length = image.width * image.channels
    lines = (image.pixels[place : place + length] for place in range(0, len(image.pixels), length))
    header = struct.pack(">IIBBBBB", image.width, image.height, 8, _COLOUR_TYPES[image.channels], 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
