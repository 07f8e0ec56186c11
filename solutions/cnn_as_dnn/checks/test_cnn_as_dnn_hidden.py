"""Hidden checks of A CNN is a special case of a DNN: padding, biases, what must be refused, and any number of weights."""

from dataclasses import dataclass

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch.nn import functional

from grader.checks import expect, oracles


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A convolutional layer and its image, of which a seed gives the numbers."""

    image_shape: tuple[int, int, int]
    """(C, H, W)."""
    count: int = 1
    """Filters, K."""
    kernel_size: tuple[int, int]
    """(R, S)."""
    stride: int = 1
    padding: int = 0
    seed: int = 0

    @property
    def image(self) -> torch.Tensor:
        """The pixels."""
        return _numbers(self.seed, *self.image_shape)

    @property
    def filters(self) -> torch.Tensor:
        """(K, C, R, S)."""
        return _numbers(self.seed and self.seed + 1, self.count, self.image_shape[0], *self.kernel_size)

    @property
    def biases(self) -> torch.Tensor:
        """(K,)."""
        return _numbers(self.seed and self.seed + 2, self.count)

    def matrix(self, filters: torch.Tensor) -> torch.Tensor:
        """Return the convolution as a matrix: a column holds the maps of an image in which one pixel is lit."""
        channels, height, width = self.image_shape
        lit = torch.eye(channels * height * width, dtype=torch.float64).reshape(-1, channels, height, width)
        return _maps(lit, filters, None, self.stride, self.padding).flatten(1).T


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Filters of several sizes on one image: all that decides how many weights there are."""

    image_shape: tuple[int, int, int]
    filter_sizes: tuple[tuple[int, int], ...]
    stride: int = 1
    padding: int = 0

    @property
    def asked(self) -> tuple[tuple[int, int, int], list[tuple[int, int]]]:
        """The arguments that every function gets."""
        return self.image_shape, list(self.filter_sizes)


@st.composite
def padded_layers(draw: st.DrawFn) -> Layer:
    """Draw a small layer whose filters fit into its padded image, perhaps only just."""
    rows, columns, padding = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    height, width = (max(1, size - 2 * padding) + draw(st.integers(0, 3)) for size in (rows, columns))
    return Layer(
        image_shape=(draw(st.integers(1, 3)), height, width),
        count=draw(st.integers(1, 3)),
        kernel_size=(rows, columns),
        stride=draw(st.integers(1, 3)),
        padding=padding,
        seed=draw(st.integers(0, 2**31)),
    )


@st.composite
def layers_that_use_every_weight(draw: st.DrawFn) -> Layer:
    """Draw a small layer in which every weight of a filter meets a pixel, and one of them is used more than once."""
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    stride = draw(st.integers(1, 2))
    padding = draw(st.integers(0, 2)) if stride == 1 else 0
    return Layer(
        image_shape=(
            draw(st.integers(1, 2)),
            rows + draw(st.integers(0, 2)),
            columns + stride + draw(st.integers(0, 2)),
        ),
        count=draw(st.integers(1, 2)),
        kernel_size=(rows, columns),
        stride=stride,
        padding=padding,
        seed=draw(st.integers(1, 2**31)),
    )


@st.composite
def banks(draw: st.DrawFn) -> Bank:
    """Draw up to four filters that fit into one image, padded or not."""
    padding = draw(st.integers(0, 2))
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    size = st.tuples(st.integers(1, min(5, height + 2 * padding)), st.integers(1, min(5, width + 2 * padding)))
    return Bank(
        image_shape=(draw(st.integers(1, 4)), height, width),
        filter_sizes=tuple(draw(st.lists(size, min_size=1, max_size=4))),
        stride=draw(st.integers(1, 3)),
        padding=padding,
    )


MIXED = Layer(image_shape=(2, 5, 4), count=3, kernel_size=(2, 3), stride=2, padding=1, seed=1)
"""Nothing of it equals anything else, but for the step of 2."""
ONLY_JUST = Layer(image_shape=(1, 1, 2), count=2, kernel_size=(3, 3), padding=1, seed=1)
"""As high as the padded image, so that two rows of a filter see nothing but zeros."""


@pytest.mark.check(points=2, exercise="im2col", disclosure="counterexample")
@given(layer=padded_layers())
@example(layer=MIXED)
@example(layer=ONLY_JUST)
def test_padded_columns(student, layer):
    """The columns are right for padded images, with any stride."""
    received = student.im2col(layer.image, layer.kernel_size, layer.stride, layer.padding)
    right = oracles.by_torch(functional.unfold, layer.image[None], layer.kernel_size, 1, layer.padding, layer.stride)
    expect.close(received, right[0])


@pytest.mark.check(points=1, exercise="im2col", disclosure="counterexample")
def test_window_too_large(student):
    """A window that is higher or wider than the padded image is a ValueError; one that fits exactly is not."""
    image = torch.arange(1, 7, dtype=torch.float64).reshape(1, 2, 3)
    expect.accepts(ValueError, student.im2col, image, (2, 3))
    for size, stride, padding in (((3, 3), 1, 0), ((2, 4), 1, 0), ((3, 2), 3, 0), ((5, 2), 2, 1), ((2, 6), 1, 1)):
        expect.raises(ValueError, student.im2col, image, size, stride, padding)


@pytest.mark.check(points=2, exercise="convolution", disclosure="counterexample")
@given(layer=padded_layers())
@example(layer=MIXED)
@example(layer=ONLY_JUST)
def test_biases_and_padding(student, layer):
    """The feature maps are right with biases and padding, for any stride."""
    received = student.conv_by_im2col(layer.image, layer.filters, layer.biases, layer.stride, layer.padding)
    right = _maps(layer.image[None], layer.filters, layer.biases, layer.stride, layer.padding)
    expect.close(received, right[0])


@pytest.mark.check(points=1, exercise="convolution", disclosure="counterexample")
def test_refused_convolutions(student):
    """Filters with other channels than the image, or that do not fit, are each a ValueError; others are not."""
    image, filters = _numbers(1, 4, 3, 3), _numbers(2, 2, 4, 3, 3)
    expect.accepts(ValueError, student.conv_by_im2col, image, filters)
    expect.raises(ValueError, student.conv_by_im2col, image, _numbers(2, 2, 3, 3, 3))
    expect.raises(ValueError, student.conv_by_im2col, image, _numbers(2, 2, 1, 2, 2))
    expect.raises(ValueError, student.conv_by_im2col, image, _numbers(2, 1, 2, 2, 2))
    expect.raises(ValueError, student.conv_by_im2col, image, _numbers(2, 2, 4, 4, 3))
    expect.raises(ValueError, student.conv_by_im2col, image, _numbers(2, 2, 4, 3, 6), padding=1)


@pytest.mark.check(points=2, exercise="dense_matrix", disclosure="counterexample")
@given(layer=padded_layers())
@example(layer=MIXED)
@example(layer=ONLY_JUST)
def test_padded_matrix(student, layer):
    """The matrix of a padded convolution has a column for each pixel and none for padding."""
    received = student.dense_matrix(layer.filters, layer.image_shape, layer.stride, layer.padding)
    expect.close(received, layer.matrix(layer.filters))


@pytest.mark.check(points=1, exercise="dense_matrix", disclosure="counterexample")
def test_refused_matrices(student):
    """Filters with other channels than the images, or that do not fit, have no matrix: each is a ValueError; others are not."""
    expect.accepts(ValueError, student.dense_matrix, _numbers(2, 2, 4, 3, 3), (4, 3, 3))
    expect.raises(ValueError, student.dense_matrix, _numbers(2, 2, 3, 3, 3), (4, 3, 3))
    expect.raises(ValueError, student.dense_matrix, _numbers(2, 2, 1, 2, 2), (4, 3, 3))
    expect.raises(ValueError, student.dense_matrix, _numbers(2, 2, 4, 2, 2), (1, 3, 3))
    expect.raises(ValueError, student.dense_matrix, _numbers(2, 2, 4, 4, 3), (4, 3, 3))
    expect.raises(ValueError, student.dense_matrix, _numbers(2, 2, 4, 3, 6), (4, 3, 3), padding=1)


@pytest.mark.check(points=1, exercise="weights", disclosure="counterexample")
@given(bank=banks())
@example(bank=Bank(image_shape=(3, 6, 5), filter_sizes=((2, 4), (2, 4), (3, 1))))
def test_any_free_weights(student, bank):
    """The free weights are counted right for any filters."""
    expected = sum(oracles.conv2d_parameters(bank.image_shape[0], 1, size, bias=False) for size in bank.filter_sizes)
    _counts(student.free_weights(*bank.asked), expected)


@pytest.mark.check(points=1, exercise="weights", disclosure="counterexample")
@given(bank=banks())
@example(bank=Bank(image_shape=(3, 6, 5), filter_sizes=((2, 4), (2, 4), (3, 1)), stride=2, padding=1))
def test_any_dense_weights(student, bank):
    """The weights of the fully connected layer are counted right for any filters, stride and padding."""
    pixels = bank.image_shape[0] * bank.image_shape[1] * bank.image_shape[2]
    _counts(student.dense_weights(*bank.asked, bank.stride, bank.padding), pixels * sum(_outputs(bank)))


@pytest.mark.check(points=2, exercise="weights", disclosure="counterexample")
@given(bank=banks())
@example(bank=Bank(image_shape=(3, 6, 5), filter_sizes=((2, 4), (2, 4), (3, 1)), stride=2))
@example(bank=Bank(image_shape=(3, 6, 5), filter_sizes=((2, 4), (2, 4), (3, 1)), stride=2, padding=1))
@example(bank=Bank(image_shape=(1, 28, 28), filter_sizes=((3, 3),), padding=1))
def test_any_zero_weights(student, bank):
    """The zeros are counted right for any filters, stride and padding; padding is no pixel."""
    channels, height, width = bank.image_shape
    ones = torch.ones(1, channels, height, width, dtype=torch.float64)
    seen = sum(  # each window adds up the pixels that it sees
        int(_maps(ones, torch.ones(1, channels, *size).double(), None, bank.stride, bank.padding).sum())
        for size in bank.filter_sizes
    )
    expected = channels * height * width * sum(_outputs(bank)) - seen
    _counts(student.zero_weights(*bank.asked, bank.stride, bank.padding), expected)


@pytest.mark.check(points=2, exercise="gradient", disclosure="counterexample")
@given(layer=padded_layers())
@example(layer=MIXED)
@example(layer=ONLY_JUST)
def test_padded_gradient(student, layer):
    """The gradient is right whatever the gradient of the matrix is, for padded images and any stride."""
    filters = layer.filters.requires_grad_()
    matrix = layer.matrix(filters)
    dense_gradient = _numbers(layer.seed and layer.seed + 3, *matrix.shape)
    (expected,) = oracles.by_torch(torch.autograd.grad, matrix, filters, dense_gradient)
    received = student.shared_gradient(
        dense_gradient, layer.image_shape, layer.kernel_size, layer.stride, layer.padding
    )
    expect.close(received, expected)


@pytest.mark.check(points=1, exercise="special_case", disclosure="counterexample")
@given(layer=layers_that_use_every_weight(), which=st.integers(0, 2**31))
def test_weights_that_are_not_shared(student, layer, which):
    """A convolution with any stride and padding gives its filters; where one use of a weight differs, it is a ValueError."""
    matrix = layer.matrix(layer.filters)
    asked = layer.image_shape, layer.kernel_size, layer.stride, layer.padding
    expect.close(student.filters_of(matrix, *asked), layer.filters)
    ones = torch.ones_like(layer.filters).requires_grad_()
    used = layer.matrix(ones)  # 1 where a weight is used, so its gradient counts the uses
    (uses,) = oracles.by_torch(torch.autograd.grad, used, ones, used.detach())
    shared = layer.matrix((uses > 1).double()).nonzero()
    row, column = shared[which % len(shared)].tolist()
    other = matrix.clone()
    other[row, column] += 1.5
    expect.raises(ValueError, student.filters_of, other, *asked)


@pytest.mark.check(points=1, exercise="special_case", disclosure="counterexample")
@given(layer=layers_that_use_every_weight(), which=st.integers(0, 2**31))
def test_outputs_that_see_too_much(student, layer, which):
    """A convolution with any stride and padding is accepted; where an output sees too much, it is a ValueError."""
    matrix = layer.matrix(layer.filters)
    asked = layer.image_shape, layer.kernel_size, layer.stride, layer.padding
    expect.accepts(ValueError, student.filters_of, matrix, *asked)
    unseen = (layer.matrix(torch.ones_like(layer.filters)) == 0).nonzero()
    row, column = unseen[which % len(unseen)].tolist()
    other = matrix.clone()
    other[row, column] = -0.5
    expect.raises(ValueError, student.filters_of, other, *asked)


def _numbers(seed: int, *shape: int) -> torch.Tensor:
    """Return halves from -4 to 4; where the seed is 0, the numbers 1, 2, 3 and so on."""
    if seed == 0:
        return torch.arange(1, 1 + torch.Size(shape).numel(), dtype=torch.float64).reshape(shape)
    return torch.randint(-8, 9, shape, generator=torch.Generator().manual_seed(seed)).double() / 2


def _maps(
    images: torch.Tensor, filters: torch.Tensor, biases: torch.Tensor | None, stride: int, padding: int
) -> torch.Tensor:
    """Return what PyTorch's convolution makes of a batch of images."""
    return oracles.by_torch(functional.conv2d, images, filters, biases, stride, padding)


def _outputs(bank: Bank) -> list[int]:
    """Return how many outputs each filter has."""
    _channels, height, width = bank.image_shape
    return [
        oracles.conv2d_side(height, rows, bank.stride, bank.padding)
        * oracles.conv2d_side(width, columns, bank.stride, bank.padding)
        for rows, columns in bank.filter_sizes
    ]


def _counts(received: object, expected: int) -> None:
    """Require a count; a float or a tensor of its value is as good."""
    if type(received) is int:
        expect.equal(received, expected)
    else:
        number = expect.number(received, "the count")
        expect.that(number == expected, "the answer is wrong", received=received, expected=expected)
