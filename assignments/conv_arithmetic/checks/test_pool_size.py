"""Public checks of exercise 4, the output size of a pooling layer."""

import pytest
from hypothesis import example, given

from grader.checks import expect, oracles, pictures
from grader.checks.strategies import PoolGeometry, pool_geometries


@pytest.mark.check(points=1, exercise="pool_size")
def test_slide_pools(student):
    """The slides' pooling layers get the right size, also when no stride is given."""
    expect.equal(student.pool2d_output_size(28, 2), 14)
    expect.equal(student.pool2d_output_size(14, 2, 2), 7)
    expect.equal(student.pool2d_output_size(7, 7, 1), 1)
    expect.equal(student.pool2d_output_size(9, 3), 3, hint="Which stride is meant when none is given?")
    expect.equal(student.pool2d_output_size(7, 2), 3)
    expect.equal(student.pool2d_output_size(55, 3, stride=2), 27)


@pytest.mark.check(points=2, exercise="pool_size")
@given(geometry=pool_geometries())
@example(geometry=PoolGeometry(n=8, f=3, stride=None))
@example(geometry=PoolGeometry(n=8, f=2, stride=3, padding=1))
def test_any_pool(student, geometry):
    """The number of windows is right for any window, stride and allowed padding."""
    arguments = (geometry.n, geometry.f, geometry.stride, geometry.padding)
    with expect.picture(pictures.windows(geometry.n, geometry.f, geometry.step, geometry.padding, padded_with="_")):
        expect.equal(student.pool2d_output_size(*arguments), oracles.pool2d_side(*arguments))
