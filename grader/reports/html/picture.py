"""
Windows on a row of pixels, read from the text picture of a check to be drawn as one that fits any width.

Whatever does not look exactly like what `grader.checks.pictures` draws stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

SIDE = 20
"""Of a pixel."""
_GAP = 4
_MAX_LINES = 14
_MAX_CHARACTERS = 2000
_ROW = re.compile(r"\S(?: \S)*")
_COUNT = re.compile(r"[0-9]{1,3}")
_MAX_BEYOND = 3
"""Windows that do not fit, besides one that the text has."""
_WIDEST = 40
"""Pixels that a drawing is wide, windows beyond the row among them."""
_WINDOW = re.compile(r"((?:  )*)(\[-+\]|x(?: [x.])*)(?:  (\S.*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixel:
    """One pixel of the row."""

    x: int
    label: str
    """What it was padded with; empty for one of the image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One position of the window."""

    x: int
    y: int
    width: int
    counts: bool
    """Whether it lies on the row whole."""
    values: tuple[int, ...]
    """Where its values are, if not side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A row of pixels and the windows under it, in units of the drawing."""

    width: int
    height: int
    pixels: tuple[Pixel, ...]
    windows: tuple[Window, ...]
    label: str
    """The same in words."""
    note: str
    """What is said of the windows that do not count."""


def drawn(text: str, received: str | None = None) -> Picture | None:
    """
    Return what is drawn for a text picture; None where it is no such picture.

    Args:
        received: The answer: where it counts more windows than fit, these are drawn too.
    """
    if len(text) > _MAX_CHARACTERS:
        return None
    row, *lines = text.split("\n")
    found = [_WINDOW.fullmatch(line) for line in lines]
    matches = [match for match in found if match is not None]
    if not _ROW.fullmatch(row) or not matches or len(matches) < len(found) or len(matches) > _MAX_LINES:
        return None
    if any(match[3] for match in matches[:-1]):
        return None
    pixels = tuple(
        Pixel(x=place * SIDE, label="" if character == "." else character)
        for place, character in enumerate(row.split(" "))
    )
    windows = tuple(_window(match, place) for place, match in enumerate(matches))
    note = f"the last window {matches[-1][3]}" if matches[-1][3] else ""
    beyond = _beyond(windows, received)
    if beyond:
        windows += beyond
        note = _about_beyond(sum(not window.counts for window in windows), received)
    return Picture(
        width=max(len(pixels) * SIDE, *(window.x + window.width for window in windows)),
        height=windows[-1].y + SIDE // 2 + _GAP,
        pixels=pixels,
        windows=windows,
        label=_in_words(pixels, windows, note),
        note=note,
    )


def _window(match: re.Match[str], place: int) -> Window:
    start, drawn_as = len(match[1]) // 2, match[2]
    values = drawn_as.split(" ") if drawn_as.startswith("x") else []
    span = len(values) or (len(drawn_as) + 1) // 2
    return Window(
        x=start * SIDE,
        y=SIDE + _GAP + place * (SIDE // 2 + _GAP),
        width=span * SIDE,
        counts=not match[3],
        values=tuple((start + at) * SIDE for at, value in enumerate(values) if value == "x") if len(values) > 1 else (),
    )


def _in_words(pixels: tuple[Pixel, ...], windows: tuple[Window, ...], note: str) -> str:
    padded = sum(bool(pixel.label) for pixel in pixels)
    with_padding = f", {padded} of them padding" if padded else ""
    begin = ", ".join(str(window.x // SIDE + 1) for window in windows)
    last = f"; {note}" if note else ""
    span = windows[0].width // SIDE
    return f"{len(pixels)} pixels{with_padding}; a window over {span} begins at {begin}{last}"


def _beyond(windows: tuple[Window, ...], received: str | None) -> tuple[Window, ...]:
    """Return the windows that an answer counts beyond those that are drawn: at the next positions, the first few."""
    if received is None or not _COUNT.fullmatch(received) or len(windows) < 2:
        return ()
    first, last = windows[-2:]
    more = min(int(received) - len(windows), _MAX_BEYOND, _MAX_LINES - len(windows))
    steps = [last.x - first.x] * max(more, 0)
    found = tuple(
        replace(
            last,
            x=last.x + number * step,
            y=last.y + number * (SIDE // 2 + _GAP),
            values=tuple(value + number * step for value in last.values),
            counts=False,
        )
        for number, step in enumerate(steps, start=1)
    )
    return tuple(window for window in found if window.x + window.width <= _WIDEST * SIDE)


def _about_beyond(count: int, received: str | None) -> str:
    if count == 1:
        return f"the last window is outside: it does not count, and your answer is {received}"
    return f"the last {count} windows are not inside: they do not count, and your answer is {received}"
