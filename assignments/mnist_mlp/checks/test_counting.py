"""Public checks of exercises 1 and 2: what an epoch has, and how many numbers are learnt."""

import math
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect


@pytest.mark.check(points=2, exercise="iterations")
def test_slide_epochs(student):
    """The examples of the handout are right: 60,000 images in batches of 100 are 600 iterations, in batches of 64 938."""
    expect.equal(student.iterations_per_epoch(60_000, 100), 600)
    expect.equal(
        student.iterations_per_epoch(60_000, 64), 938, hint="Which images have not been seen after 937 batches?"
    )
    expect.equal(student.iterations_per_epoch(50_000, 100), 500)
    expect.equal(student.iterations_per_epoch(50_000, 128), 391)
    expect.equal(student.iterations_per_epoch(10, 4), 3)


@pytest.mark.check(points=1, exercise="iterations")
def test_last_batch_dropped(student):
    """With `drop_last` only full batches count, whether it is given by name or by position."""
    expect.equal(student.iterations_per_epoch(60_000, 64, drop_last=True), 937)
    expect.equal(student.iterations_per_epoch(60_000, 100, True), 600)
    expect.equal(student.iterations_per_epoch(10, 4, True), 2)
    expect.equal(student.iterations_per_epoch(60_000, 64, drop_last=False), 938)


@pytest.mark.check(points=2, exercise="parameters")
def test_slide_networks(student):
    """The examples of the handout are counted right: a 1024 x 1024 image into 100 units makes 104,857,600 weights."""
    expect.equal(student.mlp_parameter_count((28, 28), [], 10), 7_850)
    expect.equal(student.mlp_parameter_count((28, 28), [100], 10), 79_510)
    expect.equal(student.mlp_parameter_count((1024, 1024), [], 100, bias=False), 104_857_600)
    expect.equal(
        student.mlp_parameter_count((3, 32, 32), [], 100, False), 307_200, hint="How many numbers is a colour image?"
    )
    expect.equal(student.mlp_parameter_count((1, 28, 28), [100, 100], 10), 89_610)
    expect.equal(student.mlp_parameter_count((3, 32, 32), [256, 128], 10), 820_874)


@pytest.mark.check(points=2, exercise="parameters")
@given(
    image_shape=st.lists(st.integers(1, 12), min_size=1, max_size=3).map(tuple),
    hidden_units=st.lists(st.integers(1, 20), max_size=4),
    num_classes=st.integers(1, 12),
)
@example(image_shape=(3, 4, 5), hidden_units=[7, 2], num_classes=6)
@example(image_shape=(5, 4), hidden_units=[], num_classes=3)
def test_any_network(student, image_shape, hidden_units, num_classes):
    """The count is right for images of any shape and any number of hidden layers, none too."""
    received = student.mlp_parameter_count(image_shape, hidden_units, num_classes)
    layers = [math.prod(image_shape), *hidden_units, num_classes]
    expect.equal(received, sum(before * after + after for before, after in pairwise(layers)))
