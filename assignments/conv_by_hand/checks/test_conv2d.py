import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect, oracles, pictures
from grader.checks.strategies import ConvGeometry, conv_geometries

FEW = st.integers(1, 3)
SEEDS = st.integers(0, 9999)


@pytest.mark.check(points=2, exercise="conv2d")
def test_known_layers(student):
    """Two channels, and the filter of the handout on 16 pixels, give the numbers that one finds by hand."""
    x, weight = numbers([[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]]), numbers([[[[1, 0], [0, 1]], [[0, 1], [2, 0]]]])
    with expect.picture(pictures.sheets(x=x, weight=weight)):
        expect.close(student.conv2d(x, weight, numbers([100])), numbers([[[[125]]]]))
        expect.close(student.conv2d(x=x, weight=weight), numbers([[[[25]]]]))
    x, weight = torch.arange(1.0, 17).double().reshape(1, 1, 4, 4), numbers([[[[1, 0], [0, -1]]]])
    with expect.picture(pictures.sheets(x=x, weight=weight)):
        expect.close(student.conv2d(x, weight), torch.full((1, 1, 3, 3), -5.0).double())


@pytest.mark.check(points=2, exercise="conv2d")
@given(images=st.integers(1, 2), channels=FEW, filters=FEW, height=FEW, width=FEW, seed=SEEDS)
def test_channels_and_filters(student, images, channels, filters, height, width, seed):
    """Each filter sums over all channels and adds its bias once, for any number of images, channels and filters."""
    draw = digits(seed)
    x, weight, bias = draw(images, channels, 4, 5), draw(filters, channels, height, width), draw(filters)
    with expect.picture(pictures.sheets(x=x, weight=weight, bias=bias)):
        expect.close(student.conv2d(x, weight, bias), oracles.by_torch(torch.nn.functional.conv2d, x, weight, bias))


@pytest.mark.check(points=1, exercise="conv2d")
def test_lecture_sizes(student):
    """7 x 7 pixels, filter 3 x 3: stride 1 gives 5 x 5, stride 2 gives 3 x 3, stride 3 gives 2 x 2; a border of 1 keeps 7 x 7."""
    x, weight = digits(1)(1, 1, 7, 7), digits(2)(1, 1, 3, 3)
    for stride, padding, side in ((1, 0, 5), (2, 0, 3), (3, 0, 2), (1, 1, 7)):
        output = student.conv2d(x, weight, None, (stride, stride), (padding, padding))
        shape = tuple(getattr(output, "shape", ()))
        expect.that(shape == (1, 1, side, side), "the shape is wrong", received=shape, expected=(1, 1, side, side))


@pytest.mark.check(points=2, exercise="conv2d")
@given(down=conv_geometries(filters=FEW, strides=FEW, paddings=st.integers(0, 2), dilations=st.just(1), max_spare=3),
       right=conv_geometries(filters=FEW, strides=FEW, paddings=st.integers(0, 2), dilations=st.just(1), max_spare=3),
       seed=SEEDS)  # fmt: skip
def test_strides_and_paddings(student, down: ConvGeometry, right: ConvGeometry, seed):
    """One image of one channel, one filter: right for any stride and padding, each with its own height and width."""
    x, weight = digits(seed)(1, 1, down.n, right.n), digits(seed + 1)(1, 1, down.f, right.f)
    stride, padding = (down.stride, right.stride), (down.padding, right.padding)
    with expect.picture(pictures.sheets(x=x, weight=weight)):
        output = student.conv2d(x, weight, None, stride, padding)
        expect.close(output, oracles.by_torch(torch.nn.functional.conv2d, x, weight, None, stride, padding))


def numbers(values):
    return torch.tensor(values).double()


def digits(seed):
    """Return what draws whole numbers from -9 to 9, as float64."""
    generator = torch.Generator().manual_seed(seed)
    return lambda *shape: torch.randint(-9, 10, shape, generator=generator).double()
