import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect, oracles, pictures
from grader.checks.strategies import ConvGeometry, PoolGeometry, conv_geometries, pool_geometries
from grader.datasets import noise

FEW = st.integers(1, 3)
SEEDS = st.integers(0, 9999)
AXIS = conv_geometries(filters=FEW, strides=FEW, paddings=st.integers(0, 2), dilations=st.just(1), max_spare=2)
POOL_AXIS = pool_geometries(max_spare=4)
DILATED_AXIS = conv_geometries(
    filters=st.integers(1, 2), strides=st.integers(1, 2), paddings=st.integers(0, 1), dilations=FEW, max_spare=2
)
functional = torch.nn.functional


@pytest.mark.check(points=2, exercise="slide", disclosure="counterexample")
@given(height=FEW, width=FEW, down=st.integers(0, 3), right=st.integers(0, 3), seed=SEEDS)
@example(height=1, width=2, down=0, right=0, seed=0)  # as large as the image
def test_any_image(student, height, width, down, right, seed):
    """The filter is laid on as it is written, at every position, for any image and filter."""
    draw = digits(seed)
    image, kernel = draw(height + down, width + right), draw(height, width)
    with expect.picture(pictures.sheets(image=image, kernel=kernel)):
        output = student.slide(image, kernel)
        expect.close(output, oracles.by_torch(functional.conv2d, image[None, None], kernel[None, None])[0, 0])


@pytest.mark.check(points=1, exercise="conv2d", disclosure="counterexample")
@given(
    down=AXIS,
    right=AXIS,
    images=st.integers(1, 2),
    channels=FEW,
    filters=st.integers(1, 2),
    has_bias=st.booleans(),
    seed=SEEDS,
)
def test_any_layer(student, keys, down: ConvGeometry, right: ConvGeometry, images, channels, filters, has_bias, seed):
    """The output is right for any images, filters, stride and padding, with biases and without."""
    numbers = keys.images.derive(seed)
    x = noise.normal(numbers.derive("x"), images, channels, down.n, right.n)
    weight = noise.normal(numbers.derive("weight"), filters, channels, down.f, right.f)
    bias = noise.normal(numbers.derive("bias"), filters) if has_bias else None
    stride, padding = (down.stride, right.stride), (down.padding, right.padding)
    output = student.conv2d(x, weight, bias, stride, padding)
    expect.close(output, oracles.by_torch(functional.conv2d, x, weight, bias, stride, padding))


@pytest.mark.check(points=1, exercise="conv2d", disclosure="counterexample")
def test_layer_that_does_not_fit(student):
    """A filter that is higher or wider than the padded image is a ValueError; one that is as large is none."""
    x, weight = torch.ones(1, 2, 2, 6).double(), torch.ones(3, 2, 3, 3).double()
    expect.raises(ValueError, student.conv2d, x, weight)
    expect.raises(ValueError, student.conv2d, x, weight, None, (1, 1), (0, 1))
    expect.raises(ValueError, student.conv2d, x.mT, weight, None, (2, 2), (1, 0))
    expect.raises(ValueError, student.conv2d, x[:, :, :, :1], torch.ones(3, 2, 6, 3).double(), None, (5, 5), (1, 1))
    expect.accepts(ValueError, student.conv2d, x, torch.ones(3, 2, 4, 6).double(), None, (1, 1), (1, 0))


@pytest.mark.check(points=1, exercise="conv2d", disclosure="counterexample")
def test_arguments_stay_as_they_were(student):
    """After the call, images, filters and biases are what they were."""
    draw = digits(0)
    before = {"x": draw(2, 2, 3, 4), "weight": draw(3, 2, 2, 3), "bias": draw(3)}
    lines = "conv2d(x, weight, bias, (1, 2), (1, 0)); conv2d(x, weight, bias); answer = x, weight, bias"
    for (name, tensor), after in zip(before.items(), student.conv2d.use(lines, **before), strict=True):
        expect.that(
            getattr(after, "shape", None) == tensor.shape and torch.equal(after, tensor),
            f"conv2d has changed its argument {name}",
            expected=tensor,
            received=after,
            hint=f"which of your lines writes into {name}? Write into a copy, `{name}.clone()`",
            evidence="changes_its_argument",
        )


@pytest.mark.check(points=1, exercise="relu", disclosure="counterexample")
def test_relu_of_any_shape(student, keys):
    """The shape stays as it was: of one number, of no number, and of five axes."""
    for x in (
        torch.tensor(-2.0).double(),
        torch.tensor(3.0).double(),
        torch.zeros(0, 3).double(),
        noise.normal(keys.images, 2, 1, 3, 2, 2),
        torch.tensor([-1e300, 1e300, 1e-300, 7.0, 0.0], dtype=torch.float64),
    ):
        expect.close(student.relu(x), x.clamp(min=0))


@pytest.mark.check(points=2, exercise="max_pooling", disclosure="counterexample")
@given(down=POOL_AXIS, right=POOL_AXIS, channels=st.integers(1, 2), highest=st.sampled_from((9, -1)), seed=SEEDS)
def test_any_maxima(student, down: PoolGeometry, right: PoolGeometry, channels, highest, seed):
    """The maxima are right for any window, stride and padding, each with its own height and width, also of negative numbers."""
    x = digits(seed, highest)(2, channels, down.n, right.n)
    size, padding = (down.f, right.f), (down.padding, right.padding)
    stride = None if down.stride is None or right.stride is None else (down.step, right.step)
    with expect.picture(pictures.sheets(x=x)):
        output = student.max_pool2d(x, size, stride, padding)
        expect.close(output, oracles.by_torch(functional.max_pool2d, x, size, stride, padding))


@pytest.mark.check(points=1, exercise="average_pooling", disclosure="counterexample")
def test_average_that_does_not_fit(student):
    """A window that is larger than the padded image, or padding of more than half a window, is a ValueError."""
    x = torch.ones(1, 1, 5, 3).double()
    expect.raises(ValueError, student.avg_pool2d, x, (6, 2))
    expect.raises(ValueError, student.avg_pool2d, x, (2, 4))
    expect.raises(ValueError, student.avg_pool2d, x, (2, 2), (1, 1), (2, 0))
    expect.raises(ValueError, student.avg_pool2d, x, (3, 3), (1, 1), (1, 2))
    expect.accepts(ValueError, student.avg_pool2d, x, (5, 3))
    expect.accepts(ValueError, student.avg_pool2d, x, (4, 5), (1, 1), (2, 1))


@pytest.mark.check(points=1, exercise="dilation_and_groups", disclosure="counterexample")
@given(
    down=DILATED_AXIS, right=DILATED_AXIS, groups=FEW, channels=st.integers(1, 2), filters=st.integers(1, 2), seed=SEEDS
)
def test_any_groups(student, down: ConvGeometry, right: ConvGeometry, groups, channels, filters, seed):
    """The output is right for any groups, dilation, stride and padding, with biases and without."""
    draw = digits(seed)
    x, weight = draw(1, groups * channels, down.n, right.n), draw(groups * filters, channels, down.f, right.f)
    bias = draw(groups * filters) if seed % 2 else None
    stride, padding, dilation = (
        (getattr(one, name) for one in (down, right)) for name in ("stride", "padding", "dilation")
    )
    arguments = (x, weight, bias, tuple(stride), tuple(padding), tuple(dilation), groups)
    with expect.picture(pictures.sheets(x=x, weight=weight)):
        expect.close(student.grouped_conv2d(*arguments), oracles.by_torch(functional.conv2d, *arguments))


def digits(seed, highest=9):
    """Return what draws whole numbers from -9 to *highest*, as float64."""
    generator = torch.Generator().manual_seed(seed)
    return lambda *shape: torch.randint(-9, highest + 1, shape, generator=generator).double()
