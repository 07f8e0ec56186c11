"""What the strategies draw: valid where they say so, frozen, and varied enough to catch what checks look for."""

import dataclasses

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from grader.checks import strategies
from grader.checks.strategies import (
    ConvGeometry,
    conv_geometries,
    conv_layers,
    ill_fitting_geometries,
    linear_layers,
    mixed_geometries,
    plane_geometries,
    pool_geometries,
)

ALL = {
    "conv_geometries": conv_geometries(),
    "ill_fitting_geometries": ill_fitting_geometries(),
    "plane_geometries": plane_geometries(),
    "mixed_geometries": mixed_geometries(),
    "pool_geometries": pool_geometries(),
    "conv_layers": conv_layers(),
    "linear_layers": linear_layers(),
}


def occurs(strategy, condition):
    """Whether *condition* is met among as many cases as a check asks; raises NoSuchExample if not."""
    few = settings(max_examples=150, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    return condition(find(strategy, condition, settings=few))


def taps(geometry):
    """The positions, in padded pixels, of the taps of the filter at its first position."""
    return range(0, geometry.f * geometry.dilation, geometry.dilation)


@pytest.mark.parametrize("name", list(ALL))
@settings(deadline=None)
@given(data=st.data())
def test_cases_are_frozen_values(name, data):
    """A case can be kept, hashed and compared, and is printed as the call that makes it."""
    case = data.draw(ALL[name])

    assert hash(case) == hash(dataclasses.replace(case))
    assert eval(repr(case), vars(strategies)) == case  # noqa: S307 - our own words
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(case, dataclasses.fields(case)[0].name, 1)


@settings(deadline=None)
@given(conv_geometries())
def test_geometry_fits(geometry):
    """The last tap of the first position lies within the padded input."""
    padded = [*[0] * geometry.padding, *[1] * geometry.n, *[0] * geometry.padding]

    assert geometry.fits
    assert len(padded) == geometry.padded
    assert max(taps(geometry)) < len(padded)
    assert min(geometry.n, geometry.f, geometry.stride, geometry.dilation) >= 1
    assert geometry.padding >= 0


@settings(deadline=None)
@given(ill_fitting_geometries())
def test_ill_fitting_geometry_does_not_fit(geometry):
    """The last tap of the first position lies outside the padded input, which is not empty."""
    assert not geometry.fits
    assert max(taps(geometry)) >= geometry.n + 2 * geometry.padding
    assert geometry.n >= 1
    assert geometry.padding >= 0


@settings(deadline=None)
@given(conv_geometries(filters=st.just(5), strides=st.just(2), paddings=st.just(1), dilations=st.just(3), max_spare=4))
def test_geometry_keeps_to_what_is_given(geometry):
    """Filters, strides, paddings, dilations and spare pixels can be chosen."""
    assert (geometry.f, geometry.stride, geometry.padding, geometry.dilation) == (5, 2, 1, 3)
    assert 0 <= geometry.padded - geometry.span <= 4


@settings(deadline=None)
@given(plane_geometries(max_channels=3))
def test_plane_says_what_its_axes_say(plane):
    """The pairs are (height, width), and the channels keep to their limit."""
    axes = (plane.height, plane.width)

    assert all(axis.fits for axis in axes)
    assert plane.input_shape == (plane.in_channels, plane.height.n, plane.width.n)
    assert plane.kernel_size == tuple(axis.f for axis in axes)
    assert plane.stride == tuple(axis.stride for axis in axes)
    assert plane.padding == tuple(axis.padding for axis in axes)
    assert plane.dilation == tuple(axis.dilation for axis in axes)
    assert 1 <= plane.in_channels <= 3
    assert 1 <= plane.out_channels <= 3


@settings(deadline=None)
@given(mixed_geometries())
def test_mixed_sizes_fit(layer):
    """Whichever sizes are pairs, the filter has a position in both directions."""
    sizes = (layer.kernel_size, layer.stride, layer.padding, layer.dilation)
    pairs = [size if isinstance(size, tuple) else (size, size) for size in sizes]

    for n, f, stride, padding, dilation in zip(layer.input_shape[1:], *pairs, strict=True):
        assert ConvGeometry(n=n, f=f, stride=stride, padding=padding, dilation=dilation).fits
        assert min(n, f, stride, dilation) >= 1
    assert min(layer.input_shape[0], layer.out_channels) >= 1


@settings(deadline=None)
@given(pool_geometries())
def test_pooling_is_allowed(geometry):
    """The padding is at most half of the window, the window fits, and the step is the stride or the window."""
    assert 0 <= 2 * geometry.padding <= geometry.f
    assert geometry.n + 2 * geometry.padding >= geometry.f
    assert geometry.n >= 1
    assert geometry.step == (geometry.stride or geometry.f) >= 1


@settings(deadline=None)
@given(conv_layers())
def test_channels_divide_into_groups(layer):
    """Both channel counts are multiples of the groups, and none of the sizes is zero."""
    assert layer.in_channels % layer.groups == layer.out_channels % layer.groups == 0
    assert min(layer.groups, layer.in_channels, layer.out_channels, *layer.kernel_size) >= 1


@settings(deadline=None)
@given(conv_layers(groups=st.just(1), square=True))
def test_layer_can_be_square_and_ungrouped(layer):
    """Groups and the shape of the filter can be chosen."""
    rows, columns = layer.kernel_size

    assert layer.groups == 1
    assert rows == columns


@settings(deadline=None)
@given(linear_layers(max_features=5))
def test_features_keep_to_their_limit(layer):
    """Both sides have from 1 to the given number of features."""
    assert 1 <= layer.in_features <= 5
    assert 1 <= layer.out_features <= 5


@pytest.mark.parametrize(
    ("strategy", "condition"),
    [
        pytest.param(
            conv_geometries(), lambda g: (g.padded - g.span) % g.stride > 0, id="a-last-window-that-hangs-over"
        ),
        pytest.param(conv_geometries(), lambda g: g.padded == g.span, id="an-input-of-one-window"),
        pytest.param(conv_geometries(), lambda g: g.padding > 0 and g.stride > 1, id="padding-and-stride"),
        pytest.param(conv_geometries(), lambda g: g.stride > g.f, id="a-stride-longer-than-the-filter"),
        pytest.param(conv_geometries(), lambda g: g.dilation > 1 and g.f > 1, id="a-dilated-filter"),
        pytest.param(ill_fitting_geometries(), lambda g: g.span - g.padded == 1, id="too-small-by-one-pixel"),
        pytest.param(ill_fitting_geometries(), lambda g: g.f <= g.padded, id="too-small-for-the-dilation-only"),
        pytest.param(ill_fitting_geometries(), lambda g: g.padding > 0, id="too-small-although-padded"),
        pytest.param(
            plane_geometries(),
            lambda p: len(set(p.input_shape)) == 3 and len(set(p.kernel_size)) == len(set(p.stride)) == 2,
            id="height-and-width-that-differ",
        ),
        pytest.param(
            mixed_geometries(),
            lambda m: (
                [type(size) for size in (m.kernel_size, m.stride, m.padding, m.dilation)] == [int, tuple, int, tuple]
            ),
            id="ints-beside-pairs",
        ),
        pytest.param(pool_geometries(), lambda g: g.stride is None and g.f > 1, id="a-default-stride"),
        pytest.param(pool_geometries(), lambda g: (g.stride or 0) > g.f, id="windows-with-gaps"),
        pytest.param(pool_geometries(), lambda g: g.padding > 0, id="a-padded-pooling"),
        pytest.param(conv_layers(), lambda c: 1 < c.groups < c.in_channels, id="groups"),
        pytest.param(conv_layers(), lambda c: not c.bias and c.kernel_size[0] != c.kernel_size[1], id="no-bias"),
        pytest.param(linear_layers(), lambda c: c.bias and c.in_features != c.out_features, id="not-square"),
    ],
)
def test_interesting_cases_occur(strategy, condition):
    """Among the cases of one property there is one of the kind that tells right from wrong."""
    assert occurs(strategy, condition)


def test_fits_at_the_boundary():
    """A filter fits an input of exactly its span, and not one that is a pixel shorter."""
    assert ConvGeometry(n=5, f=3, dilation=2).fits
    assert not ConvGeometry(n=4, f=3, dilation=2).fits
