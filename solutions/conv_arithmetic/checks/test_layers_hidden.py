"""Hidden checks of exercises 3 to 6: what must be refused, grouped filters, and large layers."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect, oracles
from grader.checks.strategies import ConvLayer, conv_layers


@pytest.mark.check(points=1, exercise="same_padding")
def test_even_filter(student):
    """An even filter is a ValueError: no equal padding at both ends keeps the size."""
    for f in (2, 4, 10):
        expect.raises(ValueError, student.same_padding, f)
    expect.accepts(ValueError, student.same_padding, 3)


@pytest.mark.check(points=1, exercise="pool_size")
def test_refused_pools(student):
    """A padding of more than half the window, and a window that does not fit, are each a ValueError."""
    expect.raises(ValueError, student.pool2d_output_size, 8, 3, 1, 2)
    expect.raises(ValueError, student.pool2d_output_size, 8, 2, None, 2)
    expect.raises(ValueError, student.pool2d_output_size, 8, 1, 1, 1)
    expect.raises(ValueError, student.pool2d_output_size, 2, 3)
    expect.raises(ValueError, student.pool2d_output_size, 1, 4, 2, 1)
    expect.accepts(ValueError, student.pool2d_output_size, 8, 2)


@pytest.mark.check(points=1, exercise="conv_parameters")
@given(layer=conv_layers(groups=st.integers(2, 4), square=True), as_pair=st.booleans())
@example(layer=ConvLayer(in_channels=4, out_channels=4, kernel_size=(3, 3), groups=4), as_pair=False)  # depthwise
@example(layer=ConvLayer(in_channels=4, out_channels=6, kernel_size=(3, 3), groups=2), as_pair=True)
@example(
    layer=ConvLayer(in_channels=1_023, out_channels=1_971, kernel_size=(5, 5), bias=False, groups=3), as_pair=False
)  # an odd count of 25 bits
def test_grouped_filters(student, layer, as_pair):
    """The count is right for filters in groups, of few channels or many."""
    kernel_size = layer.kernel_size if as_pair else layer.kernel_size[0]
    arguments = (layer.in_channels, layer.out_channels, kernel_size, layer.bias, layer.groups)
    expect.equal(student.conv2d_parameter_count(*arguments), oracles.conv2d_parameters(*arguments))


@pytest.mark.check(points=1, exercise="linear_parameters")
def test_large_layers(student):
    """Layers with many millions of weights are counted to the last one, with and without bias."""
    for inputs, units in ((25_088, 4_096), (1024 * 1024, 101), (12_345, 6_789)):
        for bias in (True, False):
            received = student.linear_parameter_count(inputs, units, bias)
            expect.equal(received, oracles.linear_parameters(inputs, units, bias))
