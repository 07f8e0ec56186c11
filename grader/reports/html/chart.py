"""Where lines, bars and shades of figures lie on a page; every number may be as large as a float can be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grader.figures import Bars, Curves, Figures, Line, Number
from grader.reports.html.matrix import Matrix, matrix

_WIDTH, _HEIGHT = 460, 205
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 10, 40
_MAX_DOTS = 40
"""Steps of which each is a dot; of more the line is enough."""
_MAX_MARKS = 6
"""Steps that are named below the line."""
_MIN_DECADES = 3.0
"""Orders of magnitude that bars span at least, so that sizes which are near each other look so."""
_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A number beside an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One line, in the units of the drawing."""

    name: str
    pieces: tuple[str, ...]
    """Points of each piece; a number that is not finite is a gap."""
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines over steps, and the same as a table."""

    title: str
    step: str
    says: str
    """In words."""
    width: int
    height: int
    left: int
    right: float
    bottom: float
    lines: tuple[Drawn, ...]
    across: tuple[Mark, ...]
    """Below."""
    upward: tuple[Mark, ...]
    """On the left."""
    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One size."""

    label: str
    value: str
    percent: float
    """Its length."""
    is_usable: bool
    """Whether it is a number above 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """Sizes that may be orders of magnitude apart."""

    title: str
    of: str
    bars: tuple[Bar, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawings:
    """All figures of a check, as they are drawn."""

    charts: tuple[Chart, ...]
    bars: tuple[BarChart, ...]
    matrices: tuple[Matrix, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """What is drawn."""
        lines, bars, matrices = ([one.title for one in kind] for kind in (self.charts, self.bars, self.matrices))
        return (*lines, *bars, *matrices)


def drawings(figures: Figures) -> Drawings:
    """Return how figures are drawn."""
    return Drawings(
        charts=tuple(map(_chart, figures.curves)),
        bars=tuple(map(_bars, figures.bars)),
        matrices=tuple(map(matrix, figures.confusions)),
    )


def _chart(curves: Curves) -> Chart:
    steps = max((len(line.values) for line in curves.lines), default=0)
    numbers = [value for line in curves.lines for value in line.values if value is not None]
    low, high = 0.0 - _round_up(-min(numbers, default=0.0)), _round_up(max(numbers, default=0.0))
    if low == high:
        high = 1.0
    right, bottom = float(_WIDTH - _RIGHT), float(_HEIGHT - _BOTTOM)

    def across(place: int) -> float:
        return round(_LEFT + (right - _LEFT) * (place / (steps - 1) if steps > 1 else 0.5), 1)

    def upward(value: float) -> float:
        return round(bottom - (bottom - _TOP) * _share(value, low, high), 1)

    def drawn(line: Line) -> Drawn:
        points = [None if value is None else (across(place), upward(value)) for place, value in enumerate(line.values)]
        dots = tuple(point for point in points if point is not None) if steps <= _MAX_DOTS else ()
        return Drawn(name=line.name, pieces=tuple(_pieces(points)), dots=dots)

    every = max(1, math.ceil((steps - 1) / (_MAX_MARKS - 1))) if steps > 1 else 1
    return Chart(
        title=curves.title,
        step=curves.step,
        says="; ".join(_in_words(line) for line in curves.lines),
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=right,
        bottom=bottom,
        lines=tuple(map(drawn, curves.lines)),
        across=tuple(Mark(at=across(place), text=str(place + 1)) for place in range(0, steps, every)),
        upward=tuple(Mark(at=upward(value), text=f"{value:.3g}") for value in (low, low / 2 + high / 2, high)),
        names=tuple(line.name for line in curves.lines),
        rows=tuple(
            (
                str(place + 1),
                *(written(line.values[place]) if place < len(line.values) else "" for line in curves.lines),
            )
            for place in range(steps)
        ),
    )


def _pieces(points: list[tuple[float, float] | None]) -> list[str]:
    pieces: list[list[str]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{point[0]:g},{point[1]:g}")
    return [" ".join(piece) for piece in pieces if len(piece) > 1]


def _in_words(line: Line) -> str:
    """Say where a line begins and ends."""
    numbers = [value for value in line.values if value is not None]
    lost = len(line.values) - len(numbers)
    gap = f", {lost} without a finite number" if lost else ""
    if not numbers:
        return f"{line.name}: no finite number"
    return f"{line.name}: from {numbers[0]:.3g} to {numbers[-1]:.3g}{gap}"


def _round_up(value: float) -> float:
    """Return a number with few digits that is no smaller, 0 at least."""
    if value <= 0:
        return 0.0
    decade = 10.0 ** math.floor(math.log10(value))
    rounded = next((step * decade for step in _STEPS if step * decade >= value), value)
    return rounded if math.isfinite(rounded) else value


def _share(value: float, low: float, high: float) -> float:
    """Return how far a value lies from *low*, 0, to *high*, 1; no difference of them overflows."""
    largest = max(abs(low), abs(high))
    return (value / largest - low / largest) / (high / largest - low / largest)


def _bars(bars: Bars) -> BarChart:
    sizes = [value for value in bars.values if value is not None and value > 0]
    top = math.log10(max(sizes, default=1.0))
    decades = max(top - math.log10(min(sizes, default=1.0)), _MIN_DECADES) * 1.05  # so that the smallest one is seen

    def drawn(label: str, value: Number) -> Bar:
        is_usable = value is not None and value > 0
        percent = 100 * (1 - (top - math.log10(value)) / decades) if value is not None and value > 0 else 0.0
        return Bar(label=label, value=written(value), percent=round(percent, 1), is_usable=is_usable)

    drawn_bars = tuple(map(drawn, bars.labels, bars.values))
    return BarChart(title=bars.title, of=bars.of, bars=drawn_bars, more=bars.more)


def written(value: Number) -> str:
    """Write a number in few digits."""
    return "no finite number" if value is None else f"{value:.3g}"
