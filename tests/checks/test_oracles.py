"""The oracles against torch itself, whose layers are run on the meta device: shapes without numbers."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from grader.checks import oracles
from grader.checks.strategies import (
    conv_geometries,
    conv_layers,
    ill_fitting_geometries,
    linear_layers,
    plane_geometries,
    pool_geometries,
)


def image(*shape):
    return torch.empty(1, *shape, device="meta")


def row_convolution(geometry):
    """Convolve along the width only."""
    return nn.Conv2d(
        1,
        1,
        (1, geometry.f),
        stride=(1, geometry.stride),
        padding=(0, geometry.padding),
        dilation=(1, geometry.dilation),
        device="meta",
    )


def numbers_in(layer):
    return sum(parameter.numel() for parameter in layer.parameters())


@settings(deadline=None)
@given(conv_geometries())
def test_side_of_a_convolution_is_torchs(geometry):
    """Along one axis the oracle counts the positions that torch has."""
    expected = row_convolution(geometry)(image(1, 1, geometry.n)).shape[-1]

    assert expected == oracles.conv2d_side(geometry.n, geometry.f, geometry.stride, geometry.padding, geometry.dilation)


@settings(deadline=None)
@given(ill_fitting_geometries())
def test_filter_that_does_not_fit_is_refused_where_torch_refuses(geometry):
    """Torch refuses it, and so does the oracle, naming both lengths."""
    with pytest.raises(RuntimeError, match="Kernel size can't be greater"):
        row_convolution(geometry)(image(1, 1, geometry.n))
    text = f"^a span of {geometry.span} pixels does not fit into {geometry.n + 2 * geometry.padding} padded pixels$"
    with pytest.raises(ValueError, match=text):
        oracles.conv2d_side(geometry.n, geometry.f, geometry.stride, geometry.padding, geometry.dilation)


@settings(deadline=None)
@given(plane_geometries())
def test_shape_of_a_convolution_is_torchs(plane):
    """Channels, height and width are torch's, also where the two directions differ in everything."""
    layer = nn.Conv2d(
        plane.in_channels,
        plane.out_channels,
        plane.kernel_size,
        plane.stride,
        plane.padding,
        plane.dilation,
        device="meta",
    )
    received = oracles.conv2d_shape(
        plane.input_shape, plane.out_channels, plane.kernel_size, plane.stride, plane.padding, plane.dilation
    )

    assert received == tuple(layer(image(*plane.input_shape)).shape[1:])


def test_one_number_stands_for_both_directions():
    """An int is the same as a pair of it, for every argument."""
    pairs = oracles.conv2d_shape((3, 20, 31), 4, (3, 3), (2, 2), (1, 1), (2, 2))

    assert oracles.conv2d_shape((3, 20, 31), 4, 3, 2, 1, 2) == pairs


def test_shape_is_refused_if_one_direction_does_not_fit():
    """It is enough that the width is too small."""
    with pytest.raises(ValueError, match="a span of 5 pixels does not fit into 4 padded pixels"):
        oracles.conv2d_shape((1, 9, 4), 1, 5)


@settings(deadline=None)
@given(kernel=st.integers(0, 15).map(lambda half: 2 * half + 1), side=st.integers(1, 40))
def test_same_padding_keeps_the_size_in_torch(kernel, side):
    """With the oracle's padding, torch's output is as large as its input."""
    layer = nn.Conv2d(1, 1, kernel, padding=oracles.same_padding(kernel), device="meta")

    assert layer(image(1, side, side)).shape[-2:] == (side, side)


@pytest.mark.parametrize("kernel", [2, 4, 10])
def test_even_filter_has_no_same_padding(kernel):
    """An even filter is refused, and no padding that is tried in torch keeps the size either."""
    sizes = [nn.Conv2d(1, 1, kernel, padding=p, device="meta")(image(1, 20, 20)).shape[-1] for p in range(kernel)]

    assert 20 not in sizes
    with pytest.raises(ValueError, match=f"no equal padding at both ends keeps the size under a kernel of {kernel}"):
        oracles.same_padding(kernel)


@settings(deadline=None)
@given(pool_geometries())
def test_side_of_a_pooling_is_torchs(geometry):
    """The oracle counts the windows that torch has, with and without a stride."""
    layer = nn.MaxPool2d(
        (1, geometry.f), None if geometry.stride is None else (1, geometry.stride), (0, geometry.padding)
    )

    expected = layer(image(1, 1, geometry.n)).shape[-1]
    assert oracles.pool2d_side(geometry.n, geometry.f, geometry.stride, geometry.padding) == expected


@pytest.mark.parametrize(("kernel", "padding"), [(2, 2), (3, 2), (1, 1)])
def test_padding_of_more_than_half_a_window_is_refused_as_in_torch(kernel, padding):
    """Torch refuses it, and the oracle says why."""
    with pytest.raises(RuntimeError, match="pad should be at most half"):
        nn.MaxPool2d(kernel, padding=padding)(image(1, 20, 20))
    with pytest.raises(ValueError, match=f"a padding of {padding} is more than half of a window of {kernel}"):
        oracles.pool2d_side(20, kernel, None, padding)


@settings(deadline=None)
@given(conv_layers())
def test_parameters_of_a_convolution_are_torchs(layer):
    """The oracle counts what torch makes, with and without bias, in groups or not."""
    built = nn.Conv2d(
        layer.in_channels,
        layer.out_channels,
        layer.kernel_size,
        bias=layer.bias,
        groups=layer.groups,
        device="meta",
    )

    assert numbers_in(built) == oracles.conv2d_parameters(
        layer.in_channels, layer.out_channels, layer.kernel_size, layer.bias, layer.groups
    )


@settings(deadline=None)
@given(linear_layers())
def test_parameters_of_a_fully_connected_layer_are_torchs(layer):
    """The oracle counts what torch makes, with and without bias."""
    built = nn.Linear(layer.in_features, layer.out_features, bias=layer.bias, device="meta")

    assert numbers_in(built) == oracles.linear_parameters(layer.in_features, layer.out_features, layer.bias)


def test_torch_is_asked_on_one_thread() -> None:
    """Afterwards there are as many as before, also where it raises."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert oracles.by_torch(lambda side: (side, torch.get_num_threads()), 3) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            oracles.by_torch(lambda: 1 / 0)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
