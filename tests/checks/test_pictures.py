"""Windows are drawn as they stand on their pixels, and what a check draws is shown where that question fails."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from tiny_courses import WriteCourse

from grader.checks import findings, oracles
from grader.checks.pictures import sheets, windows
from grader.checks.strategies import ConvGeometry, conv_geometries, ill_fitting_geometries
from grader.errors import CheckFailed
from grader.reports.html.picture import drawn

PICTURES = {
    (7, 3, 3): """
. . . . . . .
[---]
      [---]
            [---]  hangs over the end: it does not count
""",
    (5, 3, 2, 1): """
0 . . . . . 0
[---]
    [---]
        [---]
            [---]  hangs over the end: it does not count
""",
    (6, 3, 2, 0, 2): """
. . . . . .
x . x . x
    x . x . x  hangs over the end: it does not count
""",
    (3, 1, 4): """
. . .
x
""",
    (2, 3): """
. .
[---]  does not fit
""",
}


@pytest.mark.parametrize("arguments", PICTURES)
def test_windows_stand_on_their_pixels(arguments: tuple[int, ...]) -> None:
    """Two characters to a pixel, padding as 0, values of a dilated filter as x."""
    assert windows(*arguments) == PICTURES[arguments].strip("\n")


def test_padding_may_be_drawn_otherwise() -> None:
    """A pooling is padded with no zeros."""
    assert windows(3, 2, 2, 1, padded_with="_").splitlines()[0] == "_ . . . _"


@given(geometry=conv_geometries())
def test_as_many_windows_are_drawn_as_there_are(geometry: ConvGeometry) -> None:
    """Each one that counts has a line, and fits under the pixels."""
    arguments = (geometry.n, geometry.f, geometry.stride, geometry.padding, geometry.dilation)
    row, *lines = windows(*arguments).splitlines() or [""]
    if not row:
        assert geometry.padded > 24 or oracles.conv2d_side(*arguments) > 10
        return
    fitting = [line for line in lines if "hangs" not in line]

    assert len(row.split()) == geometry.padded
    assert len(fitting) == oracles.conv2d_side(*arguments)
    assert all(len(line) <= len(row) for line in fitting)


@given(geometry=ill_fitting_geometries())
def test_a_window_that_does_not_fit_is_longer_than_its_pixels(geometry: ConvGeometry) -> None:
    """It is the only one."""
    picture = windows(geometry.n, geometry.f, geometry.stride, geometry.padding, geometry.dilation)
    if picture:
        row, line = picture.splitlines()
        assert line.endswith("  does not fit")
        assert len(line.removesuffix("  does not fit")) > len(row)


@pytest.mark.parametrize(
    ("arguments", "received", "last"),
    [
        ((3, 1, 4), "2", "        x  lies outside: it does not count"),
        ((3, 1, 4), "1", "x"),
        ((3, 1, 4), "0", "x"),
        ((3, 1, 4), "-2", "x"),
        ((3, 1, 4), None, "x"),
        ((3, 1, 4), "(2, 2)", "x"),
        ((4, 2, 2), "7", "        [-]  lies outside: it does not count"),
        ((7, 3, 3), "4", "            [---]  hangs over the end: it does not count"),
        ((3, 1, 39), "2", " " * 78 + "x  lies outside: it does not count"),
        ((3, 1, 40), "2", "x"),
        ((2, 3), "1", "[---]  does not fit"),
    ],
)
def test_a_window_that_an_answer_counts_and_that_lies_outside_is_drawn(
    arguments: tuple[int, ...], received: str | None, last: str
) -> None:
    """Where it is the reason, and near enough; none is drawn twice."""
    picture = windows(*arguments).for_answer(received)

    assert picture.splitlines()[-1] == last
    assert len(picture.splitlines()) - len(windows(*arguments).splitlines()) == ("outside" in last)
    assert drawn(picture) is not None


CHECKS = '''
import pytest
import torch
from grader.checks import expect
@pytest.mark.check(points=1, exercise="squares")
def test_drawn(student):
    """Three questions, two of them with a picture."""
    with expect.picture("1 .."):
        expect.equal(student.square(1), 1)
    with expect.picture("2 ..\\n   .."):
        expect.equal(student.square(2), 4)
    expect.equal(student.square(3), 9)
'''


@pytest.mark.parametrize(
    ("source", "picture"),
    [
        ("def square(n): return n * n if n != 2 else 5", "2 ..\n   .."),
        ("def square(n): return n * n if n != 2 else 1 / 0", "2 ..\n   .."),
        ("def square(n): return n * n if n != 3 else 5", None),
        ("1 / 0", None),
        ("def cube(n): return n", None),
    ],
    ids=["wrong", "raises", "fails-without-a-picture", "cannot-be-imported", "is-missing"],
)
def test_the_picture_of_the_question_that_failed_is_shown(
    tiny_course: WriteCourse, source: str, picture: str | None
) -> None:
    """Not that of a question before it; and none where nothing was asked."""
    feedback = tiny_course(CHECKS).check(source).feedback

    assert feedback is not None
    assert feedback.picture == picture


def test_what_was_received_decides_what_is_drawn() -> None:
    """An answer with too many windows has one that lies outside; an exception has none."""
    pictures = []
    for error in (CheckFailed("wrong", received="2"), CheckFailed("wrong", received="0"), ZeroDivisionError()):
        with findings.gather() as found, pytest.raises(type(error)), findings.picture(windows(3, 1, 4)):
            raise error
        pictures.append(found.picture)

    assert pictures == [". . .\nx\n        x  lies outside: it does not count", ". . .\nx", ". . .\nx"]


def test_a_picture_that_nobody_gathers_is_lost() -> None:
    """Where a check is called by hand, its failure comes through as it is."""
    with pytest.raises(ZeroDivisionError), findings.picture("..."):
        _ = 1 / 0


def test_tensors_are_drawn_sheet_by_sheet() -> None:
    """Each sheet under its title, numbers below each other; a row for one axis, and a single number for none."""
    image, biases = torch.tensor([[1.0, -2.0], [0.5, 3.0], [0.0, 0.0]]), torch.tensor([7.0, 8.0])
    kernel, number = torch.tensor([[[[1.0]], [[0.0]]]]), torch.tensor(4.0)

    assert sheets(image=image, w=kernel, b=biases, a=number) == (
        "image     w[0, 0]   w[0, 1]   b     a\n  1  -2   1         0         7 8   4\n0.5   3\n  0   0"
    )


@pytest.mark.parametrize("shape", [(14, 1), (1, 51), (40, 1, 1, 1)], ids=["high", "wide", "many"])
def test_what_is_too_large_to_be_read_is_not_drawn(shape: tuple[int, ...]) -> None:
    """One line less, or one number less, is drawn."""
    assert sheets(x=torch.zeros(shape)) == ""
    assert sheets(x=torch.zeros(shape[0] - 1, *shape[1:]) if shape[0] == 14 else torch.zeros(1, 50)) != ""
