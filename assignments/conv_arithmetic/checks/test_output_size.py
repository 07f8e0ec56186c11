"""Public checks of exercise 1, the output size of a convolution."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect, oracles
from grader.checks.strategies import ConvGeometry, conv_geometries


@pytest.mark.check(points=2, exercise="output_size")
def test_slide_sizes(student):
    """The slides' examples come out right: 7 pixels, a filter of 3, strides 1, 2 and 3 give 5, 3 and 2."""
    expect.equal(student.conv2d_output_size(7, 3), 5)
    expect.equal(student.conv2d_output_size(7, 3, 2), 3)
    expect.equal(student.conv2d_output_size(7, 3, 3), 2, hint="2.33 positions: what happens to the third?")
    expect.equal(student.conv2d_output_size(7, 3, 1, 1), 7)
    expect.equal(student.conv2d_output_size(32, 5), 28)
    expect.equal(student.conv2d_output_size(227, 11, 4), 55)
    expect.equal(student.conv2d_output_size(224, 3, 1, 1), 224)


@pytest.mark.check(points=2, exercise="output_size")
@given(geometry=conv_geometries(dilations=st.just(1)))
@example(geometry=ConvGeometry(n=5, f=5))
@example(geometry=ConvGeometry(n=3, f=1, stride=4))
def test_any_stride_and_padding(student, geometry):
    """The output size is right for any filter, stride and padding."""
    received = student.conv2d_output_size(geometry.n, geometry.f, geometry.stride, geometry.padding)
    expect.equal(received, oracles.conv2d_side(geometry.n, geometry.f, geometry.stride, geometry.padding))


@pytest.mark.check(points=1, exercise="output_size")
def test_size_by_keyword(student):
    """The arguments can be given by name, in any order."""
    received = student.conv2d_output_size(dilation=1, padding=1, stride=2, f=3, n=7)
    expect.equal(received, oracles.conv2d_side(7, 3, stride=2, padding=1))
