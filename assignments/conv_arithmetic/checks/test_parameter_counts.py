"""Public checks of exercises 5 and 6, the parameters of convolutional and fully connected layers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect, oracles
from grader.checks.strategies import conv_layers, linear_layers


@pytest.mark.check(points=2, exercise="conv_parameters")
def test_slide_filters(student):
    """The slides' filters are counted right: 5 x 5 x 3 has 75 weights and a bias, 2 x 2 and 4 x 4 have 20."""
    expect.equal(student.conv2d_parameter_count(3, 1, 5), 76)
    expect.equal(student.conv2d_parameter_count(3, 6, 5), 456)
    expect.equal(student.conv2d_parameter_count(1, 1, 2, bias=False), 4)
    expect.equal(student.conv2d_parameter_count(1, 1, 4, bias=False), 16)
    expect.equal(student.conv2d_parameter_count(1, 64, 3), 640)
    expect.equal(student.conv2d_parameter_count(64, 128, 3), 73_856)
    expect.equal(student.conv2d_parameter_count(128, 256, 3), 295_168)


@pytest.mark.check(points=2, exercise="conv_parameters")
@given(layer=conv_layers(groups=st.just(1)))
def test_any_filter(student, layer):
    """The count is right for any channels and any filter height and width, with and without bias."""
    received = student.conv2d_parameter_count(layer.in_channels, layer.out_channels, layer.kernel_size, layer.bias)
    expected = oracles.conv2d_parameters(layer.in_channels, layer.out_channels, layer.kernel_size, layer.bias)
    expect.equal(received, expected)


@pytest.mark.check(points=1, exercise="linear_parameters")
def test_slide_layers(student):
    """The slides' layers are counted right: a 1024 x 1024 image into 100 units makes 104,857,600 weights."""
    expect.equal(student.linear_parameter_count(1024 * 1024, 100, bias=False), 104_857_600)
    expect.equal(student.linear_parameter_count(256, 128), 32_896)
    expect.equal(student.linear_parameter_count(128, 10), 1_290)


@pytest.mark.check(points=1, exercise="linear_parameters")
@given(layer=linear_layers())
def test_any_layer(student, layer):
    """The count is right for any number of inputs and units, with and without bias."""
    received = student.linear_parameter_count(layer.in_features, layer.out_features, layer.bias)
    expect.equal(received, oracles.linear_parameters(layer.in_features, layer.out_features, layer.bias))
