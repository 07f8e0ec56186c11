import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect, oracles, pictures
from grader.checks.strategies import ConvGeometry, PoolGeometry, conv_geometries, pool_geometries
from grader.datasets import noise

FEW = st.integers(1, 3)
SEEDS = st.integers(0, 9999)
AXIS = conv_geometries(filters=FEW, strides=FEW, paddings=st.integers(0, 2), dilations=st.just(1), max_spare=2)
POOL_AXIS = pool_geometries(max_spare=4)
functional = torch.nn.functional


@pytest.mark.check(points=1, exercise="relu_backward", disclosure="counterexample")
def test_relu_backward_of_any_shape(student, keys):
    """The gradient has the shape of x, whatever that is, and is taken from the input, not from the sign of what comes back."""
    for number, shape in enumerate(((), (5,), (2, 3, 4, 2))):
        x, grad_output = noise.normal(keys.images.derive(number), 2, *shape)
        expect.close(student.relu_backward(grad_output, x), torch.where(x > 0, grad_output, 0.0))
    x = torch.tensor([-1e-300, 1e-300, 0.0, -0.0], dtype=torch.float64)
    expect.close(student.relu_backward(torch.ones(4).double(), x), torch.tensor([0.0, 1.0, 0.0, 0.0]).double())


@pytest.mark.check(points=2, exercise="max_pooling_backward", disclosure="counterexample")
@given(down=POOL_AXIS, right=POOL_AXIS, channels=st.integers(1, 2), below=st.integers(0, 1), seed=SEEDS)
def test_any_winners(student, down: PoolGeometry, right: PoolGeometry, channels, below, seed):
    """The gradient is right for any window, stride and padding; where windows overlap, what a cell gets adds up."""
    x = different(seed, 2, channels, down.n, right.n)
    x -= below * x.numel()  # all negative, or some
    size, padding = (down.f, right.f), (down.padding, right.padding)
    stride = None if down.stride is None or right.stride is None else (down.step, right.step)
    output, gradient = oracles.by_torch(torch.func.vjp, lambda x: functional.max_pool2d(x, size, stride, padding), x)
    grad_output = digits(seed)(*output.shape)
    (grad_x,) = oracles.by_torch(gradient, grad_output)
    with expect.picture(pictures.sheets(x=x, grad_output=grad_output)):
        received = student.max_pool2d_backward(grad_output, x, size, stride, padding)
        expect.close(received, grad_x)


@pytest.mark.check(points=1, exercise="max_pooling_backward", disclosure="counterexample")
def test_first_of_equal_cells(student):
    """If the largest value stands in a window more than once, the first of these cells gets the whole gradient."""
    for values, winners in (
        ([[1, 4], [4, 4]], [[0, 1], [0, 0]]),
        ([[0, 3], [3, 0]], [[0, 1], [0, 0]]),
        ([[2, 2], [2, 2]], [[1, 0], [0, 0]]),
        ([[0, 0, 0, 5], [0, 0, 5, 0]], [[1, 0, 0, 1], [0, 0, 0, 0]]),
    ):
        x = torch.tensor(values).double()[None, None]
        grad_output = torch.tensor([[7, -3][: x.shape[3] // 2]]).double()[None, None]
        grad_x = torch.tensor(winners).double()[None, None] * grad_output.repeat_interleave(2, -1)
        with expect.picture(pictures.sheets(x=x, grad_output=grad_output)):
            expect.close(student.max_pool2d_backward(grad_output, x, (2, 2)), grad_x)


@pytest.mark.check(points=2, exercise="conv2d_backward", disclosure="counterexample")
@given(
    down=AXIS, right=AXIS, images=st.integers(1, 2), channels=st.integers(1, 2), filters=st.integers(1, 2), seed=SEEDS
)
def test_gradient_of_the_filters(student, down: ConvGeometry, right: ConvGeometry, images, channels, filters, seed):
    """The gradients of the filters are right, for any stride and padding."""
    layer, wanted = layer_with_gradients(down, right, images, channels, filters, seed)
    with expect.picture(pictures.sheets(grad_output=layer[0], x=layer[1])):
        expect.close(gradients(student, layer)[1], wanted[1])


@pytest.mark.check(points=3, exercise="conv2d_backward", disclosure="counterexample")
@given(
    down=AXIS, right=AXIS, images=st.integers(1, 2), channels=st.integers(1, 2), filters=st.integers(1, 2), seed=SEEDS
)
def test_gradient_of_the_images(student, down: ConvGeometry, right: ConvGeometry, images, channels, filters, seed):
    """The gradients of the images are right, for any stride and padding."""
    layer, wanted = layer_with_gradients(down, right, images, channels, filters, seed)
    with expect.picture(pictures.sheets(grad_output=layer[0], weight=layer[2])):
        expect.close(gradients(student, layer)[0], wanted[0])


def gradients(student, layer):
    """Return the three gradients that the submission gives."""
    received = student.conv2d_backward(*layer)
    is_three = isinstance(received, tuple | list) and len(received) == 3
    expect.that(is_three, "the answer should be the three gradients of images, filters and biases", received=received)
    return received


def layer_with_gradients(down, right, images, channels, filters, seed):
    """Return the arguments of conv2d_backward, and the gradients of images and filters."""
    draw = digits(seed)
    x, weight = draw(images, channels, down.n, right.n), draw(filters, channels, down.f, right.f)
    stride, padding = (down.stride, right.stride), (down.padding, right.padding)

    def layer(x, weight):
        return functional.conv2d(x, weight, None, stride, padding)

    output, gradient = oracles.by_torch(torch.func.vjp, layer, x, weight)
    grad_output = draw(*output.shape)
    return (grad_output, x, weight, stride, padding), oracles.by_torch(gradient, grad_output)


def different(seed, *shape):
    """Return whole numbers from 1 in random order, no two the same, as float64."""
    order = torch.randperm(torch.Size(shape).numel(), generator=torch.Generator().manual_seed(seed))
    return (order + 1).double().reshape(shape)


def digits(seed):
    """Return what draws whole numbers from -9 to 9, as float64."""
    generator = torch.Generator().manual_seed(seed)
    return lambda *shape: torch.randint(-9, 10, shape, generator=generator).double()
