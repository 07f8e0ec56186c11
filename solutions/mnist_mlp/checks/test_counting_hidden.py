"""Hidden checks of exercises 1 and 2: any epoch, what must be refused, and large networks."""

import math
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect


@pytest.mark.check(points=1, exercise="iterations", disclosure="counterexample")
@given(batch_size=st.integers(1, 40), full=st.integers(0, 30), rest=st.integers(0, 39), drop_last=st.booleans())
@example(batch_size=4, full=0, rest=3, drop_last=False)  # fewer inputs than a batch has
@example(batch_size=4, full=0, rest=3, drop_last=True)
@example(batch_size=1, full=1, rest=0, drop_last=False)
@example(batch_size=7, full=12, rest=0, drop_last=True)
@example(batch_size=32, full=1, rest=0, drop_last=False)
def test_any_epoch(student, batch_size, full, rest, drop_last):
    """The number is right for any number of inputs and any size of batches, also where they are fewer than a batch has."""
    rest %= batch_size
    total = batch_size * full + rest
    if total == 0:
        total, full = batch_size, 1
    expected = full if drop_last else len(range(0, total, batch_size))
    expect.equal(student.iterations_per_epoch(total, batch_size, drop_last), expected)


@pytest.mark.check(points=1, exercise="iterations", disclosure="counterexample")
def test_refused_epochs(student):
    """No inputs at all, and batches for less than one input, are each a ValueError."""
    for total, batch_size in ((0, 100), (-1, 100), (-250, 100), (60_000, 0), (60_000, -1), (60_000, -100), (0, 0)):
        for drop_last in (False, True):
            expect.raises(ValueError, student.iterations_per_epoch, total, batch_size, drop_last)
    for total, batch_size in ((1, 1), (1, 100), (60_000, 1), (3, 3)):
        expect.accepts(ValueError, student.iterations_per_epoch, total, batch_size)
        expect.accepts(ValueError, student.iterations_per_epoch, total, batch_size, True)


@pytest.mark.check(points=1, exercise="parameters", disclosure="counterexample")
@given(
    image_shape=st.lists(st.integers(1, 40), min_size=1, max_size=4).map(tuple),
    hidden_units=st.lists(st.integers(1, 300), max_size=6),
    num_classes=st.integers(1, 100),
    bias=st.booleans(),
)
@example(image_shape=(3, 4, 5), hidden_units=[7, 2], num_classes=6, bias=False)
@example(image_shape=(9,), hidden_units=[], num_classes=6, bias=True)
def test_with_and_without_biases(student, image_shape, hidden_units, num_classes, bias):
    """The count is right with and without biases, for deep networks and for images of one axis or four."""
    received = student.mlp_parameter_count(image_shape, hidden_units, num_classes, bias)
    expect.equal(received, _count(image_shape, hidden_units, num_classes, bias))


@pytest.mark.check(points=1, exercise="parameters", disclosure="counterexample")
def test_large_networks(student):
    """Networks with hundreds of millions of parameters are counted to the last one; names of arguments may be given."""
    for image_shape, hidden_units, num_classes in (
        ((1024, 1024), [100], 10),
        ((3, 224, 224), [4096, 4096], 1000),
        ((3, 1023, 1021), [199, 97, 41], 7),
    ):
        for bias in (True, False):
            received = student.mlp_parameter_count(
                bias=bias, num_classes=num_classes, hidden_units=hidden_units, image_shape=image_shape
            )
            expect.equal(received, _count(image_shape, hidden_units, num_classes, bias))


def _count(image_shape, hidden_units, num_classes, bias):
    layers = [math.prod(image_shape), *hidden_units, num_classes]
    weights = sum(before * after for before, after in pairwise(layers))
    return weights + (sum(layers[1:]) if bias else 0)
