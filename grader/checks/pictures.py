"""
Pictures of a question, drawn with characters as the handouts draw them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import torch

_WIDEST = 24
"""Pixels, padding included: what is wider is no picture for a terminal."""
_MAX = 10
"""Windows."""
_MAX_OUTSIDE = 40
"""Pixels, from the first one to the end of a window that lies outside."""
_HIGHEST, _LINE = 14, 100
"""Lines of numbers and characters of a line: what takes more is read nowhere."""
_COUNT = re.compile("[0-9]{1,6}")


class Windows(str):
    """A picture of windows, to which an answer that counts too many adds the one that it counts and that lies outside."""

    _count: int
    _outside: str

    def __new__(cls, picture: str, count: int = 0, outside: str = "") -> Self:
        """
        Make a picture.

        Args:
            count: Windows that fit.
            outside: The line of the first one that lies outside altogether; empty where there is none to draw.
        """
        made = super().__new__(cls, picture)
        made._count, made._outside = count, outside
        return made

    def for_answer(self, received: str | None) -> str:
        """Return the picture for an answer, as feedback shows it."""
        counts_more = received is not None and _COUNT.fullmatch(received) and int(received) > self._count
        return f"{self}\n{self._outside}" if self._outside and counts_more else str(self)


def windows(n: int, f: int, stride: int = 1, padding: int = 0, dilation: int = 1, *, padded_with: str = "0") -> Windows:
    """
    Draw where a window stands on a row of pixels, and the first position that hangs over its end; "" where that is too large.

    The first position that lies beyond is drawn for an answer that counts it.

        0 . . . . . 0
        [---]
            [---]
                [---]

    Args:
        n: Pixels.
        f: Values of the window.
        stride: Pixels from one position to the next.
        padding: Pixels added at each end.
        dilation: Pixels from one value of the window to the next; where it is above 1, the values are drawn as x.
        padded_with: The character for them.
    """
    padded, span = n + 2 * padding, dilation * (f - 1) + 1
    starts = range(0, padded - span + 1, stride)
    if padded > _WIDEST or span > _WIDEST or len(starts) > _MAX:
        return Windows("")
    row, window = padded_with * padding + "." * n + padded_with * padding, _window(f, dilation)
    picture = "\n".join(line.rstrip() for line in _lines(row, window, starts))
    outside = starts[-1] + stride if starts else 0
    if outside < padded or outside + span > _MAX_OUTSIDE:
        return Windows(picture)
    return Windows(picture, len(starts), " " * (2 * outside) + f"{window}  lies outside: it does not count")


def _lines(row: str, window: str, starts: range) -> Iterator[str]:
    yield " ".join(row)
    for start in starts:
        yield " " * (2 * start) + window
    over = starts[-1] + starts.step if starts else 0
    if over < len(row):
        why = "hangs over the end: it does not count" if starts else "does not fit"
        yield " " * (2 * over) + window + f"  {why}"


def _window(f: int, dilation: int) -> str:
    """Return a window, two characters for a pixel and one for the last."""
    if dilation > 1 or f == 1:
        return " ".join(("x" + "." * (dilation - 1)) * (f - 1) + "x")
    return "[" + "-" * (2 * f - 3) + "]"


def sheets(**tensors: torch.Tensor) -> str:
    """
    Draw small tensors side by side, each sheet of height and width as a block of numbers; "" where they are too large.

        image   kernel
        1 0 1   1 0
        0 1 0   0 1

    A tensor of more than two axes is one block for each sheet, titled `x[0, 1]`; one of a single axis is a row.

    Args:
        tensors: By the name that stands above them.
    """
    blocks = [block for name, tensor in tensors.items() for block in _blocks(name, tensor)]
    height = max((len(block) for block in blocks), default=0)
    padded = [[line.ljust(max(map(len, block))) for line in block + [""] * (height - len(block))] for block in blocks]
    lines = ["   ".join(parts).rstrip() for parts in zip(*padded, strict=True)]
    if height > _HIGHEST or max(map(len, lines), default=0) > _LINE:
        return ""
    return "\n".join(lines)


def _blocks(name: str, tensor: torch.Tensor) -> Iterator[list[str]]:
    """Yield the lines of each sheet of a tensor, its title first; no more than would be drawn anyway."""
    shape = tuple(tensor.shape)
    sheet_shape = (1, 1, *shape)[-2:]
    others = shape[:-2]
    sheets_of_it = tensor.reshape(-1, *sheet_shape)
    places = itertools.product(*map(range, others))
    for place, sheet in itertools.islice(zip(places, sheets_of_it, strict=True), _LINE):
        rows = [[f"{number:g}" for number in row] for row in sheet.tolist()]
        width = max((len(number) for row in rows for number in row), default=0)
        title = f"{name}{list(place)}" if others else name
        yield [title, *(" ".join(number.rjust(width) for number in row) for row in rows)]
