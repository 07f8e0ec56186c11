"""Hidden checks of exercises 1 and 2: everything mixed, and windows that do not fit."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect, oracles, pictures
from grader.checks.strategies import (
    ConvGeometry,
    MixedGeometry,
    PlaneGeometry,
    conv_geometries,
    ill_fitting_geometries,
    mixed_geometries,
    plane_geometries,
)


@pytest.mark.check(points=2, exercise="output_size")
@given(geometry=conv_geometries(filters=st.integers(2, 7), dilations=st.integers(2, 4)))
@example(geometry=ConvGeometry(n=5, f=3, dilation=2))  # exactly one position
def test_any_dilation(student, geometry):
    """The output size is right for dilated filters, with any stride and padding."""
    arguments = (geometry.n, geometry.f, geometry.stride, geometry.padding, geometry.dilation)
    with expect.picture(pictures.windows(*arguments)):
        expect.equal(student.conv2d_output_size(*arguments), oracles.conv2d_side(*arguments))


@pytest.mark.check(points=2, exercise="output_size")
@given(geometry=ill_fitting_geometries())
@example(geometry=ConvGeometry(n=2, f=3))
@example(geometry=ConvGeometry(n=2, f=3, stride=4))  # int((2 - 3) / 4) + 1 is 1, which looks like an answer
@example(geometry=ConvGeometry(n=4, f=3, dilation=2))
def test_filter_that_does_not_fit(student, geometry):
    """A filter that covers more pixels than the padded input has is a ValueError."""
    arguments = (geometry.n, geometry.f, geometry.stride, geometry.padding, geometry.dilation)
    with expect.picture(pictures.windows(*arguments)):
        expect.raises(ValueError, student.conv2d_output_size, *arguments)
    expect.accepts(ValueError, student.conv2d_output_size, geometry.f, geometry.f)


@pytest.mark.check(points=2, exercise="output_shape")
@given(plane=plane_geometries())
@example(
    plane=PlaneGeometry(
        height=ConvGeometry(n=9, f=3, stride=2, padding=1),
        width=ConvGeometry(n=14, f=5),
        in_channels=3,
        out_channels=4,
    )
)
def test_height_and_width(student, plane):
    """The shape is right when height and width differ, in the image and in every pair."""
    arguments = (
        plane.input_shape,
        plane.out_channels,
        plane.kernel_size,
        plane.stride,
        plane.padding,
        plane.dilation,
    )
    expect.equal(student.conv2d_output_shape(*arguments), oracles.conv2d_shape(*arguments))


@pytest.mark.check(points=1, exercise="output_shape")
@given(layer=mixed_geometries())
@example(
    layer=MixedGeometry(
        input_shape=(3, 9, 14), out_channels=4, kernel_size=3, stride=(2, 1), padding=1, dilation=(1, 2)
    )
)
@example(layer=MixedGeometry(input_shape=(3, 9, 14), out_channels=4, kernel_size=(3, 5), stride=2, padding=(1, 0)))
def test_ints_and_pairs(student, layer):
    """Kernel size, stride, padding and dilation are each an int or a pair, whatever the others are."""
    arguments = (layer.input_shape, layer.out_channels, layer.kernel_size, layer.stride, layer.padding, layer.dilation)
    expect.equal(student.conv2d_output_shape(*arguments), oracles.conv2d_shape(*arguments))


@pytest.mark.check(points=1, exercise="output_shape")
def test_one_side_does_not_fit(student):
    """A filter that does not fit in one direction is a ValueError, although it fits in the other."""
    expect.raises(ValueError, student.conv2d_output_shape, (3, 2, 9), 4, 3)
    expect.raises(ValueError, student.conv2d_output_shape, (3, 9, 2), 4, 3)
    expect.raises(ValueError, student.conv2d_output_shape, (1, 12, 4), 2, 5, stride=2, padding=0)
    expect.accepts(ValueError, student.conv2d_output_shape, (3, 9, 9), 4, 3)
