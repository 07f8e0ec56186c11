"""Public checks of exercise 2, the output shape of a convolutional layer."""

import pytest

from grader.checks import expect


@pytest.mark.check(points=2, exercise="output_shape")
def test_slide_shapes(student):
    """The slides' layers get the right shape: 6 filters of 5 x 5 turn 3 x 32 x 32 into 6 x 28 x 28."""
    first = student.conv2d_output_shape((3, 32, 32), 6, 5)
    expect.equal(first, (6, 28, 28))
    if isinstance(first, list):
        expect.remark("A shape is usually a tuple; your list is accepted too.")
    expect.equal(student.conv2d_output_shape((1, 28, 28), 64, 3, 1, 1), (64, 28, 28))
    expect.equal(student.conv2d_output_shape((64, 14, 14), 128, 3, 1, 1), (128, 14, 14))
    expect.equal(student.conv2d_output_shape((3, 227, 227), 96, 11, 4), (96, 55, 55))
    expect.equal(student.conv2d_output_shape((3, 9, 14), 8, 3, stride=2), (8, 4, 6))
