"""Hidden checks of exercises 3, 4 and 5: what must be refused, and grouped filters."""

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


@pytest.mark.check(points=2, exercise="conv_parameters")
@given(layer=conv_layers(groups=st.integers(2, 4), square=True))
@example(layer=ConvLayer(in_channels=4, out_channels=4, kernel_size=(3, 3), groups=4))  # depthwise
def test_grouped_filters(student, layer):
    """The count is right for filters in groups."""
    rows, _ = layer.kernel_size
    received = student.conv2d_parameter_count(layer.in_channels, layer.out_channels, rows, layer.bias, layer.groups)
    expected = oracles.conv2d_parameters(layer.in_channels, layer.out_channels, rows, layer.bias, layer.groups)
    expect.equal(received, expected)
