import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect, pictures

FEW = st.integers(1, 3)


@pytest.mark.check(points=2, exercise="max_pooling_backward")
def test_winners_get_the_gradient(student):
    """In the image of the slides, the largest cell of each window gets the gradient of its window."""
    x = numbers([[[[1, 1, 2, 4], [5, 6, 3, 8], [3, 2, 0, 1], [1, 2, 7, 5]]]])
    grad_output = numbers([[[[10, 20], [30, 40]]]])
    grad_x = numbers([[[[0, 0, 0, 0], [0, 10, 0, 20], [30, 0, 0, 0], [0, 0, 40, 0]]]])
    with expect.picture(pictures.sheets(x=x, grad_output=grad_output)):
        expect.close(student.max_pool2d_backward(grad_output, x, (2, 2), (2, 2)), grad_x)
        expect.close(student.max_pool2d_backward(grad_output, x, kernel_size=(2, 2)), grad_x)


@pytest.mark.check(points=2, exercise="conv2d_backward")
def test_gradients_by_hand(student):
    """Three pixels under a filter of 1 x 2 give the gradients that the handout works out."""
    x, weight, grad_output = numbers([[[[1, 2, 3]]]]), numbers([[[[1, -1]]]]), numbers([[[[1, 10]]]])
    with expect.picture(pictures.sheets(x=x, weight=weight, grad_output=grad_output)):
        grad_x, grad_weight, grad_bias = three(student.conv2d_backward(grad_output, x, weight))
        expect.close(grad_bias, numbers([11]), hint="To how many outputs was the bias added?")
        expect.close(
            grad_weight, numbers([[[[21, 32]]]]), hint="Which pixels did each value of the filter meet, and where?"
        )
        expect.close(grad_x, numbers([[[[1, 9, -10]]]]), hint="Which values of the filter did each pixel meet?")


@pytest.mark.check(points=1, exercise="conv2d_backward")
@given(images=st.integers(1, 2), channels=FEW, filters=FEW, height=FEW, width=FEW, seed=st.integers(0, 9999))
def test_gradient_of_the_biases(student, images, channels, filters, height, width, seed):
    """The gradients of the biases are right, with stride 1 and without padding."""
    draw = digits(seed)
    x, weight = draw(images, channels, 3, 4), draw(filters, channels, height, width)
    grad_output = draw(images, filters, 4 - height, 5 - width)
    with expect.picture(pictures.sheets(grad_output=grad_output)):
        _, _, grad_bias = three(student.conv2d_backward(grad_output, x, weight))
        expect.close(grad_bias, grad_output.sum((0, 2, 3)))


def three(received):
    """Return the three gradients of an answer."""
    is_three = isinstance(received, tuple | list) and len(received) == 3
    expect.that(is_three, "the answer should be the three gradients of images, filters and biases", received=received)
    return received


def numbers(values):
    return torch.tensor(values).double()


def digits(seed):
    """Return what draws whole numbers from -9 to 9, as float64."""
    generator = torch.Generator().manual_seed(seed)
    return lambda *shape: torch.randint(-9, 10, shape, generator=generator).double()
