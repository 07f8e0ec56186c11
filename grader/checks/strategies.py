"""
Hypothesis strategies for the cases that checks ask about.  TRUSTED SIDE.

Every case is a frozen value of plain integers, so it can be kept, hashed and printed.  Cases are built to be
valid (or invalid) instead of being filtered, which keeps drawing fast.  Imports no torch: the checks of plain
arithmetic must start without it.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from grader.checks.oracles import Pair, pair

FILTERS = st.integers(1, 7)
STRIDES = st.integers(1, 4)
PADDINGS = st.integers(0, 4)
DILATIONS = st.integers(1, 3)
GROUPS = st.integers(1, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvGeometry:
    """A convolution along one axis, in pixels."""

    n: int
    """Input length."""
    f: int
    """Filter length."""
    stride: int = 1
    """Step between two positions of the filter."""
    padding: int = 0
    """Zeros added at each end."""
    dilation: int = 1
    """Distance between neighbouring taps of the filter."""

    @property
    def span(self) -> int:
        """Pixels from the first to the last tap of the filter, both included."""
        return self.dilation * (self.f - 1) + 1

    @property
    def padded(self) -> int:
        """Input length with the padding of both ends."""
        return self.n + 2 * self.padding

    @property
    def fits(self) -> bool:
        """Whether the filter has at least one position."""
        return self.span <= self.padded


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneGeometry:
    """A convolution of one image, whose height and width may differ in everything."""

    height: ConvGeometry
    width: ConvGeometry
    in_channels: int
    out_channels: int

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(C, H, W)."""
        return self.in_channels, self.height.n, self.width.n

    @property
    def kernel_size(self) -> Pair:
        """(R, S)."""
        return self.height.f, self.width.f

    @property
    def stride(self) -> Pair:
        """(vertical, horizontal) step, in pixels."""
        return self.height.stride, self.width.stride

    @property
    def padding(self) -> Pair:
        """Zeros added (above and below each, left and right each)."""
        return self.height.padding, self.width.padding

    @property
    def dilation(self) -> Pair:
        """(vertical, horizontal) distance between taps, in pixels."""
        return self.height.dilation, self.width.dilation


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedGeometry:
    """A convolution of one image, of which each size is an int for both directions or a pair (height, width)."""

    input_shape: tuple[int, int, int]
    """(C, H, W)."""
    out_channels: int
    kernel_size: int | Pair
    stride: int | Pair = 1
    padding: int | Pair = 0
    dilation: int | Pair = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolGeometry:
    """A pooling along one axis, in pixels."""

    n: int
    """Input length."""
    f: int
    """Window length."""
    stride: int | None = None
    """Step between two windows; None means *f*."""
    padding: int = 0
    """Pixels added at each end, at most f / 2."""

    @property
    def step(self) -> int:
        """The stride in pixels, its default filled in."""
        return self.f if self.stride is None else self.stride


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvLayer:
    """The sizes that decide how many parameters a convolutional layer has."""

    in_channels: int
    """C, a multiple of *groups*."""
    out_channels: int
    """K, a multiple of *groups*."""
    kernel_size: Pair
    """(R, S)."""
    bias: bool = True
    groups: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearLayer:
    """The sizes that decide how many parameters a fully connected layer has."""

    in_features: int
    out_features: int
    bias: bool = True


@st.composite
def conv_geometries(
    draw: st.DrawFn,
    *,
    filters: st.SearchStrategy[int] = FILTERS,
    strides: st.SearchStrategy[int] = STRIDES,
    paddings: st.SearchStrategy[int] = PADDINGS,
    dilations: st.SearchStrategy[int] = DILATIONS,
    max_spare: int = 32,
) -> ConvGeometry:
    """Draw a geometry that fits, with up to *max_spare* pixels more than one window needs."""
    f, stride, padding, dilation = draw(filters), draw(strides), draw(paddings), draw(dilations)
    window = ConvGeometry(n=1, f=f, stride=stride, padding=padding, dilation=dilation)
    smallest = max(1, window.span - 2 * padding)
    n = draw(st.integers(smallest, smallest + max_spare))
    return ConvGeometry(n=n, f=f, stride=stride, padding=padding, dilation=dilation)


@st.composite
def ill_fitting_geometries(draw: st.DrawFn) -> ConvGeometry:
    """Draw a geometry whose filter spans more than the padded input, often by a single pixel."""
    f, stride, dilation = draw(st.integers(2, 7)), draw(STRIDES), draw(DILATIONS)
    span = dilation * (f - 1) + 1
    largest_padding = (span - 2) // 2  # with more, even an input of one pixel would fit
    padding = draw(st.integers(0, min(4, largest_padding)))
    largest = span - 2 * padding - 1
    n = draw(st.just(largest) | st.integers(1, largest))
    return ConvGeometry(n=n, f=f, stride=stride, padding=padding, dilation=dilation)


def plane_geometries(*, max_channels: int = 16) -> st.SearchStrategy[PlaneGeometry]:
    """Draw an image and a filter bank that fit, height and width drawn apart."""
    channels = st.integers(1, max_channels)
    axis = conv_geometries(max_spare=16)
    return st.builds(PlaneGeometry, height=axis, width=axis, in_channels=channels, out_channels=channels)


@st.composite
def mixed_geometries(draw: st.DrawFn, *, max_spare: int = 16) -> MixedGeometry:
    """Draw an image and a filter bank that fit, each size an int or a pair, whatever the others are."""
    sizes = [draw(one | st.tuples(one, one)) for one in (FILTERS, STRIDES, PADDINGS, DILATIONS)]
    kernel_size, stride, padding, dilation = sizes
    sides = []
    for f, pad, step in zip(*map(pair, (kernel_size, padding, dilation)), strict=True):
        smallest = max(1, step * (f - 1) + 1 - 2 * pad)
        sides.append(draw(st.integers(smallest, smallest + max_spare)))
    return MixedGeometry(
        input_shape=(draw(st.integers(1, 16)), sides[0], sides[1]),
        out_channels=draw(st.integers(1, 16)),
        kernel_size=kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
    )


@st.composite
def pool_geometries(draw: st.DrawFn, *, max_spare: int = 24) -> PoolGeometry:
    """Draw a pooling that fits; about a third leaves the stride to its default."""
    f = draw(st.integers(1, 5))
    stride = draw(st.none() | st.integers(1, 3) | st.integers(1, 6))
    padding = draw(st.integers(0, f // 2))
    smallest = max(1, f - 2 * padding)
    n = draw(st.integers(smallest, smallest + max_spare))
    return PoolGeometry(n=n, f=f, stride=stride, padding=padding)


@st.composite
def conv_layers(draw: st.DrawFn, *, groups: st.SearchStrategy[int] = GROUPS, square: bool = False) -> ConvLayer:
    """Draw the sizes of a convolutional layer whose channels divide into its groups."""
    group_count, per_group = draw(groups), st.integers(1, 8)
    rows = draw(FILTERS)
    return ConvLayer(
        in_channels=group_count * draw(per_group),
        out_channels=group_count * draw(per_group),
        kernel_size=(rows, rows if square else draw(FILTERS)),
        bias=draw(st.booleans()),
        groups=group_count,
    )


def linear_layers(*, max_features: int = 64) -> st.SearchStrategy[LinearLayer]:
    """Draw the sizes of a fully connected layer."""
    features = st.integers(1, max_features)
    return st.builds(LinearLayer, in_features=features, out_features=features, bias=st.booleans())
