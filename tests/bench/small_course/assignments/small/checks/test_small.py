"""Five checks such as any course has."""

import pytest

from grader.checks import expect
from grader.datasets import noise

GRID = [(size, window, stride) for size in range(8, 28, 4) for window in (1, 3, 5) for stride in (1, 2)]


@pytest.mark.check(points=1, exercise="size")
def test_size(student):
    """The size is right on a grid."""
    for size, window, stride in GRID:
        expect.equal(student.output_size(size, window, stride), (size - window) // stride + 1)


@pytest.mark.check(points=1, exercise="network")
def test_shape(student):
    """There are ten logits for each image."""
    expect.equal(student.NaiveConvNet().output_shape((2, 1, 28, 28)), (2, 10))


@pytest.mark.check(points=1, exercise="network")
def test_classes(student):
    """There may be seven."""
    expect.equal(student.NaiveConvNet(7).output_shape((2, 1, 28, 28)), (2, 7))


@pytest.mark.check(points=1, exercise="network")
def test_parameters(student):
    """There are as many parameters as on the slide."""
    expect.equal(sum(parameter.count for parameter in student.NaiveConvNet().parameters), 403_850)


@pytest.mark.check(points=1, exercise="network")
def test_gradient(student, keys):
    """Every parameter gets a gradient."""
    images = noise.uniform(keys.images, 4, 1, 28, 28)
    expect.network.gradient_everywhere(student.NaiveConvNet(), images, 10, keys)
