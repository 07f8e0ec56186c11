"""Figures are of bounded size, whatever a submission does."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from grader.figures import NONE, Bars, Confusion, Curves, Line, Misread, what_is_wrong_with, with_figure

CURVES = Curves(title="loss", step="epoch", lines=(Line(name="training", values=(1.0,)),))
IMAGE = Misread(width=2, height=1, channels=1, pixels=b"ab", label=0, read_as=1)
CONFUSION = Confusion(title="read", labels=("0", "1"), counts=((1, 2), (3, 4)), misread=(IMAGE,))


def test_curves_are_cut_and_finite() -> None:
    """Four lines of two hundred points, with short names; what is no finite number is none."""
    line = Line(name="x" * 10_000, values=(math.nan, math.inf, -math.inf, None, 1.0, *([2.0] * 1000)))
    (cut,) = with_figure(NONE, replace(CURVES, lines=(line,) * 9)).curves

    assert len(cut.lines) == 4
    assert (len(cut.lines[0].name), len(cut.lines[0].values)) == (120, 200)
    assert cut.lines[0].values[:5] == (None, None, None, None, 1.0)


def test_bars_are_cut_and_counted() -> None:
    """The first 63 and the last one; how many are not shown is said."""
    labels = tuple(f"layer{number}" for number in range(100))
    (cut,) = with_figure(NONE, Bars(title="norms", of="parameter", labels=labels, values=(1.0,) * 100)).bars

    assert (len(cut.labels), len(cut.values), cut.more) == (64, 64, 36)
    assert cut.labels[62:] == ("layer62", "layer99")


def test_a_matrix_is_shown_whole_or_not_at_all() -> None:
    """One of many classes is no figure; of its images six stay, and none that is large."""
    many = Confusion(title="read", labels=("a",) * 21, counts=((0,) * 21,) * 21)
    assert with_figure(NONE, many) == NONE

    large = replace(IMAGE, width=65, pixels=b"a" * 65)
    (cut,) = with_figure(NONE, replace(CONFUSION, misread=(large, *[IMAGE] * 9))).confusions
    assert cut.misread == (IMAGE,) * 6


def test_of_one_title_the_last_counts() -> None:
    """As where a training is repeated; of more than four titles the first stay."""
    again = replace(CURVES, lines=())
    figures = with_figure(with_figure(NONE, CURVES), again)
    assert figures.curves == (again,)
    for number in range(9):
        figures = with_figure(figures, replace(CURVES, title=str(number)))

    assert [one.title for one in figures.curves] == ["loss", "0", "1", "2"]
    assert bool(figures) is True
    assert bool(NONE) is False


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, None),
        ({"counts": ((1, 2),)}, "its matrix is not one of 2 rows and columns, for as many labels"),
        ({"misread": (replace(IMAGE, pixels=b"a"),)}, "an image has 1 values, which are not 2 x 1 pixels"),
        ({"misread": (replace(IMAGE, label=2),)}, "an image has a class beyond its 2 labels"),
    ],
    ids=["fits", "rows", "pixels", "class"],
)
def test_what_does_not_fit_together_is_said(changed: dict[str, object], why: str | None) -> None:
    """Of a matrix that may come from anywhere."""
    assert what_is_wrong_with(replace(CONFUSION, **changed)) == why  # type: ignore[arg-type]
