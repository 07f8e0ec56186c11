"""Public checks of A CNN is a special case of a DNN: the examples of the handout, and layers without padding."""

from dataclasses import dataclass

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch.nn import functional

from grader.checks import expect, oracles

PIXELS = [[1, 0, 1, 1], [0, 1, 0, 0], [1, 0, 0, 1], [1, 0, 1, 1], [0, 0, 0, 1]]
"""The image of the lecture."""
WIDEST = 16
"""Pixels: a matrix with more columns is no picture for a terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A convolutional layer without padding and its image, of which a seed gives the numbers."""

    image_shape: tuple[int, int, int]
    """(C, H, W)."""
    count: int = 1
    """Filters, K."""
    kernel_size: tuple[int, int]
    """(R, S)."""
    stride: int = 1
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
    def matrix(self) -> torch.Tensor:
        """The convolution as a matrix: its column for a pixel holds the maps of an image in which only that pixel is lit."""
        channels, height, width = self.image_shape
        lit = torch.eye(channels * height * width, dtype=torch.float64).reshape(-1, channels, height, width)
        return _maps(lit, self.filters, self.stride).flatten(1).T


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """Draw a small layer whose filters fit into its image."""
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    height, width = rows + draw(st.integers(0, 3)), columns + draw(st.integers(0, 3))
    return Layer(
        image_shape=(draw(st.integers(1, 3)), height, width),
        count=draw(st.integers(1, 3)),
        kernel_size=(rows, columns),
        stride=draw(st.integers(1, 3)),
        seed=draw(st.integers(0, 2**31)),
    )


MIXED = Layer(image_shape=(2, 5, 4), count=3, kernel_size=(2, 3), stride=2, seed=1)
"""Nothing of it equals anything else."""


@pytest.mark.check(points=1, exercise="im2col")
def test_small_columns(student):
    """The windows of the handout's image of 3 x 3, and of one with two channels, are the right columns."""
    image = torch.arange(1, 10, dtype=torch.float64).reshape(1, 3, 3)
    expected = [[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]]
    expect.close(student.im2col(image, (2, 2)), torch.tensor(expected, dtype=torch.float64))
    two = torch.arange(1, 13, dtype=torch.float64).reshape(2, 2, 3)
    expected = [[1, 2], [2, 3], [4, 5], [5, 6], [7, 8], [8, 9], [10, 11], [11, 12]]
    expect.close(
        student.im2col(two, (2, 2)),
        torch.tensor(expected, dtype=torch.float64),
        hint="How many numbers are there in a window of 2 x 2 that reaches through two channels, and in which order?",
    )


@pytest.mark.check(points=2, exercise="im2col")
@given(layer=layers())
@example(layer=MIXED)
def test_any_columns(student, layer):
    """The columns are right for any image, window and stride."""
    received = student.im2col(layer.image, layer.kernel_size, layer.stride)
    expect.close(received, _windows(layer.image, layer))


@pytest.mark.check(points=1, exercise="convolution")
def test_lecture_maps(student):
    """The lecture's image and its two filters give the lecture's feature maps."""
    image = torch.tensor([PIXELS], dtype=torch.float64)
    small = torch.tensor([[[[1, 0], [0, 1]]]], dtype=torch.float64)
    first = torch.tensor([[[2, 0, 1], [0, 1, 1], [1, 1, 1], [1, 0, 2]]], dtype=torch.float64)
    expect.close(student.conv_by_im2col(image, small), first)
    large = torch.tensor([[[[1, 0, 1], [0, 1, 0], [1, 0, 0]]]], dtype=torch.float64)
    expect.close(student.conv_by_im2col(image, large), torch.tensor([[[4, 1], [1, 1], [1, 2]]], dtype=torch.float64))


@pytest.mark.check(points=2, exercise="convolution")
@given(layer=layers())
@example(layer=MIXED)
def test_any_convolution(student, layer):
    """The feature maps are right for any image, filters and stride, without biases."""
    received = student.conv_by_im2col(layer.image, layer.filters, stride=layer.stride)
    expect.close(received, _maps(layer.image[None], layer.filters, layer.stride)[0])


@pytest.mark.check(points=1, exercise="dense_matrix")
def test_small_matrix(student):
    """A filter of 2 x 2 on 3 x 3 pixels gives the handout's matrix of 4 x 9."""
    filters = torch.tensor([[[[1, 2], [3, 4]]]], dtype=torch.float64)
    expected = [
        [1, 2, 0, 3, 4, 0, 0, 0, 0],
        [0, 1, 2, 0, 3, 4, 0, 0, 0],
        [0, 0, 0, 1, 2, 0, 3, 4, 0],
        [0, 0, 0, 0, 1, 2, 0, 3, 4],
    ]
    expect.close(student.dense_matrix(filters, (1, 3, 3)), torch.tensor(expected, dtype=torch.float64))


@pytest.mark.check(points=2, exercise="dense_matrix")
@given(layer=layers())
@example(layer=MIXED)
def test_any_matrix(student, layer):
    """The matrix computes what the convolution computes, for any image, filters and stride."""
    received = student.dense_matrix(layer.filters, layer.image_shape, layer.stride)
    with expect.picture(_picture(layer)):
        expect.close(received, layer.matrix)


@pytest.mark.check(points=1, exercise="weights")
def test_lecture_free_weights(student):
    """The lecture's filters of 2 x 2 and 4 x 4 learn 4 + 16 = 20 weights, in a large image too."""
    _counts(student.free_weights((1, 5, 4), [(2, 2), (4, 4)]), 20)
    _counts(student.free_weights((1, 5, 4), [(2, 2), (3, 3)]), 13)
    _counts(
        student.free_weights((1, 1024, 1024), [(2, 2), (4, 4)]), 20, hint="Does a filter learn more in a larger image?"
    )
    _counts(student.free_weights((3, 32, 32), [(5, 5)]), 75, hint="Through how many channels does the filter reach?")


@pytest.mark.check(points=1, exercise="weights")
def test_lecture_dense_weights(student):
    """The lecture's two filters take (5 * 4) * (4 * 3 + 3 * 2) = 360 weights as a fully connected layer."""
    _counts(student.dense_weights((1, 5, 4), [(2, 2), (3, 3)]), 360)
    _counts(student.dense_weights((1, 5, 4), [(2, 2), (4, 4)]), 280)
    _counts(student.dense_weights((1, 1024, 1024), [(1024, 1024)] * 100), 104_857_600)


@pytest.mark.check(points=1, exercise="weights")
def test_lecture_zero_weights(student):
    """Of the 360 weights of the lecture's layer 258 are zero, and 200 of the 280."""
    _counts(student.zero_weights((1, 1, 3), [(1, 2)]), 2)
    _counts(student.zero_weights((1, 5, 4), [(2, 2), (3, 3)]), 258)
    _counts(student.zero_weights((1, 5, 4), [(2, 2), (4, 4)]), 200)


@pytest.mark.check(points=1, exercise="gradient")
def test_small_gradient(student):
    """The gradients of the handout's shared weights come out right."""
    dense = torch.tensor([[1, 2, 3], [4, 5, 6]], dtype=torch.float64)
    expect.close(student.shared_gradient(dense, (1, 1, 3), (1, 2)), torch.tensor([[[[6, 8]]]], dtype=torch.float64))
    dense = torch.arange(1, 37, dtype=torch.float64).reshape(4, 9)
    expected = torch.tensor([[[[66, 70], [78, 82]]]], dtype=torch.float64)
    expect.close(student.shared_gradient(dense, (1, 3, 3), (2, 2)), expected)


@pytest.mark.check(points=2, exercise="gradient")
@given(layer=layers())
@example(layer=MIXED)
def test_any_gradient(student, layer):
    """The gradient is the one that autograd finds for the filters, for any image, filters and stride."""
    filters = layer.filters.requires_grad_()
    maps = _maps(layer.image[None], filters, layer.stride)
    of_maps = _numbers(layer.seed and layer.seed + 2, *maps.shape)
    (expected,) = oracles.by_torch(torch.autograd.grad, maps, filters, of_maps)
    of_matrix = torch.outer(of_maps.flatten(), layer.image.flatten())
    expect.close(student.shared_gradient(of_matrix, layer.image_shape, layer.kernel_size, layer.stride), expected)


@pytest.mark.check(points=1, exercise="special_case")
def test_small_layers(student):
    """The handout's two matrices of 2 x 3 are told apart: one is a convolution, the other is not."""
    shared = torch.tensor([[1, 2, 0], [0, 1, 2]], dtype=torch.float64)
    expect.close(student.filters_of(shared, (1, 1, 3), (1, 2)), torch.tensor([[[[1, 2]]]], dtype=torch.float64))
    other = torch.tensor([[1, 2, 0], [0, 1, 3]], dtype=torch.float64)
    expect.raises(ValueError, student.filters_of, other, (1, 1, 3), (1, 2))


@pytest.mark.check(points=2, exercise="special_case")
@given(layer=layers())
@example(layer=MIXED)
def test_any_filters(student, layer):
    """The filters of a convolution are found in its matrix, for any image, filters and stride."""
    received = student.filters_of(layer.matrix, layer.image_shape, layer.kernel_size, layer.stride)
    expect.close(received, layer.filters)


def _numbers(seed: int, *shape: int) -> torch.Tensor:
    """Return halves from -4 to 4; where the seed is 0, the numbers 1, 2, 3 and so on."""
    if seed == 0:
        return torch.arange(1, 1 + torch.Size(shape).numel(), dtype=torch.float64).reshape(shape)
    return torch.randint(-8, 9, shape, generator=torch.Generator().manual_seed(seed)).double() / 2


def _maps(images: torch.Tensor, filters: torch.Tensor, stride: int) -> torch.Tensor:
    """Return what PyTorch's convolution makes of a batch of images."""
    return oracles.by_torch(functional.conv2d, images, filters, None, stride)


def _windows(image: torch.Tensor, layer: Layer) -> torch.Tensor:
    """Return the windows of an image as PyTorch unfolds them."""
    return oracles.by_torch(functional.unfold, image[None], layer.kernel_size, 1, 0, layer.stride)[0]


def _picture(layer: Layer) -> str:
    """Draw which pixels each output sees; "" where that is too large."""
    channels, height, width = layer.image_shape
    pixels = channels * height * width
    if pixels > WIDEST:
        return ""
    numbers = torch.arange(1, pixels + 1, dtype=torch.float64).reshape(1, channels, height, width)
    windows = _windows(numbers[0], layer).T.tolist()
    rows = [" ".join("x" if number in window else "." for number in range(1, pixels + 1)) for window in windows]
    return "\n".join(["x: what the outputs of one filter see", *rows])


def _counts(received: object, expected: int, hint: str | None = None) -> None:
    """Require a count; a float or a tensor of its value is as good."""
    if type(received) is int:
        expect.equal(received, expected, hint=hint)
    else:
        number = expect.number(received, "the count")
        expect.that(number == expected, "the answer is wrong", received=received, expected=expected, hint=hint)
