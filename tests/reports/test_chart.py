"""Figures on a page: every finite number has a place on it, and is in its table."""

from __future__ import annotations

import base64
import io
import re

import pytest
from any_results import numbers
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from results import graded, result

from grader.figures import Bars, Confusion, Curves, Figures, Line, Misread
from grader.model import Outcome
from grader.reports import html
from grader.reports.html.chart import drawings
from grader.reports.html.matrix import png


def chart(*lines: tuple[float | None, ...]):
    """Lines as they are drawn."""
    named = tuple(Line(name=f"line {number}", values=values) for number, values in enumerate(lines))
    (drawn,) = drawings(Figures(curves=(Curves(title="Loss", step="epoch", lines=named),))).charts
    return drawn


@given(values=st.lists(numbers, max_size=5))
def test_every_number_lies_in_the_drawing(values) -> None:
    """However large or small it is; each is in the table."""
    drawn = chart(tuple(values))

    for x, y in drawn.lines[0].dots:
        assert 0 <= x <= drawn.width
        assert 0 <= y <= drawn.bottom
    assert len(drawn.lines[0].dots) == sum(value is not None for value in values)
    assert len(drawn.rows) == len(values)
    assert not any("nan" in mark.text or "inf" in mark.text for mark in (*drawn.upward, *drawn.across))


def test_a_line_falls_where_its_numbers_do() -> None:
    """A smaller loss lies lower, 0 at the bottom; what is not finite is a gap, and is said."""
    drawn = chart((2.0, 1.0, None, 0.5, 0.0), (1.0,))
    heights = [y for _x, y in drawn.lines[0].dots]

    assert heights == sorted(heights)
    assert heights[-1] == drawn.bottom
    assert [piece.count(",") for piece in drawn.lines[0].pieces] == [2, 2]
    assert drawn.says == "line 0: from 2 to 0, 1 without a finite number; line 1: from 1 to 1"
    assert drawn.rows[2] == ("3", "no finite number", "")
    assert [mark.text for mark in drawn.upward] == ["0", "1", "2"]


def test_steps_are_named_sparsely() -> None:
    """Two hundred epochs have six names at most, and one is in the middle."""
    assert len(chart((1.0,) * 200).across) <= 6
    assert [mark.text for mark in chart((1.0,)).across] == ["1"]
    assert chart((None,)).says == "line 0: no finite number"


@given(values=st.lists(numbers, max_size=5))
def test_every_bar_is_within_its_cell(values) -> None:
    """A size above 0 is seen; nothing else has a bar."""
    bars = Bars(title="Norms", of="parameter", labels=("a",) * len(values), values=tuple(values))
    (drawn,) = drawings(Figures(bars=(bars,))).bars

    for bar, value in zip(drawn.bars, values, strict=True):
        assert bar.is_usable == (value is not None and value > 0)
        assert 0 < bar.percent <= 100 if bar.is_usable else bar.percent == 0


@pytest.mark.parametrize(("channels", "mode"), [(1, "L"), (3, "RGB")])
def test_an_image_is_a_png(channels: int, mode: str) -> None:
    """Another program reads the same pixels from it."""
    pixels = bytes(range(2 * 3 * channels))
    image = Misread(width=2, height=3, channels=channels, pixels=pixels, label=0, read_as=0)
    with Image.open(io.BytesIO(png(image))) as read:
        assert (read.mode, read.size, read.tobytes()) == (mode, (2, 3), pixels)


def test_a_matrix_is_a_table_with_its_images() -> None:
    """Counts by class, shades by share, and images that nothing has cut."""
    large = Misread(
        width=64, height=64, channels=3, pixels=bytes(n * 7919 % 256 for n in range(12288)), label=0, read_as=1
    )
    one = Confusion(title="Read", labels=("cat", "dog"), counts=((3, 1), (0, 0)), unread=2, misread=(large,))
    (drawn,) = drawings(Figures(confusions=(one,))).matrices
    assert [(cell.count, cell.shade, cell.is_right) for cell in drawn.rows[0].cells] == [(3, 3, True), (1, 1, False)]

    page = html.encode([graded(result("any_sum", Outcome.FAILED, figures=Figures(confusions=(one,))))]).decode()
    (encoded,) = re.findall(r'src="data:image/png;base64,([^"]*)"', page)
    with Image.open(io.BytesIO(base64.b64decode(encoded, validate=True))) as read:
        assert read.tobytes() == large.pixels
    assert "cat, read as dog" in page
    assert "2 images got scores that are not finite" in page


def test_figures_of_a_failed_check_are_open() -> None:
    """Those of one that passed are folded, and a class names them alone."""
    figures = Figures(
        curves=(Curves(title="Loss of it", step="epoch", lines=(Line(name="training", values=(1.0, 2.0)),)),)
    )
    failed, passed = (graded(result("a", outcome, figures=figures)) for outcome in (Outcome.FAILED, Outcome.PASSED))

    assert '<details class="aside figures" open>' in html.encode([failed]).decode()
    assert '<details class="aside figures">' in html.encode([passed]).decode()
    whole = html.encode([failed, passed]).decode()
    assert "Drawn on the page of this submission alone: Loss of it" in whole
    assert "<polyline" not in whole
