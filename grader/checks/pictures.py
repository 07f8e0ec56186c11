"""
Pictures of a question, drawn with characters as the handouts draw them.
"""

from __future__ import annotations

from collections.abc import Iterator

_WIDEST = 24
"""Pixels, padding included: what is wider is no picture for a terminal."""
_MAX = 10
"""Windows."""


def windows(n: int, f: int, stride: int = 1, padding: int = 0, dilation: int = 1, *, padded_with: str = "0") -> str:
    """
    Draw where a window stands on a row of pixels, and the first position that hangs over its end; "" where that is too large.

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
        return ""
    row = padded_with * padding + "." * n + padded_with * padding
    return "\n".join(line.rstrip() for line in _lines(row, _window(f, dilation), starts))


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
