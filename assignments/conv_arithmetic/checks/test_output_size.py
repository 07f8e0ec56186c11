"""Public checks of exercise 1, the output size of a convolution."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect, oracles, pictures
from grader.checks.strategies import ConvGeometry, conv_geometries


@pytest.mark.check(points=2, exercise="output_size")
def test_slide_sizes(student):
    """The slides' examples come out right: 7 pixels, a filter of 3, strides 1, 2 and 3 give 5, 3 and 2."""
    _has_size(student, 5, 7, 3)
    _has_size(student, 3, 7, 3, 2)
    _has_size(student, 2, 7, 3, 3, hint="2.33 positions: what happens to the third?")
    _has_size(student, 7, 7, 3, 1, 1)
    _has_size(student, 28, 32, 5)
    _has_size(student, 55, 227, 11, 4)
    _has_size(student, 224, 224, 3, 1, 1)


@pytest.mark.check(points=2, exercise="output_size")
@given(geometry=conv_geometries(dilations=st.just(1)))
@example(geometry=ConvGeometry(n=5, f=5))
@example(geometry=ConvGeometry(n=3, f=1, stride=4))
def test_any_stride_and_padding(student, geometry):
    """The output size is right for any filter, stride and padding."""
    arguments = (geometry.n, geometry.f, geometry.stride, geometry.padding)
    _has_size(student, oracles.conv2d_side(*arguments), *arguments)


@pytest.mark.check(points=1, exercise="output_size")
def test_size_by_keyword(student):
    """The arguments can be given by name, in any order."""
    received = student.conv2d_output_size(dilation=1, padding=1, stride=2, f=3, n=7)
    expect.equal(received, oracles.conv2d_side(7, 3, stride=2, padding=1))


def _has_size(student, expected, *arguments, hint=None) -> None:
    """Require the size of an output, with a picture of its windows."""
    with expect.picture(pictures.windows(*arguments)):
        expect.equal(student.conv2d_output_size(*arguments), expected, hint=hint)
