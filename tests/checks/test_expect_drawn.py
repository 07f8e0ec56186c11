"""Random numbers are judged by how they are drawn, whatever the generator."""

import math

import numpy as np
import pytest
import torch

from grader.checks import expect
from grader.checks.expect.drawn import DEVIATIONS, Other, is_share
from grader.checks.findings import gather
from grader.errors import CheckFailed

SHAPE = (64, 512)
BOUND = 0.1
DEVIATION = BOUND / math.sqrt(3)
OTHERS = (Other(name="twice", deviation=2 * DEVIATION, hint="how long is the range?"),)


def uniform(bound=BOUND, shape=SHAPE, seed=0):
    return (torch.rand(shape, generator=torch.Generator().manual_seed(seed)) * 2 - 1) * bound


def normal(deviation=DEVIATION, shape=SHAPE, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * deviation


@pytest.mark.parametrize("seed", range(40))
def test_right_numbers_pass(seed):
    """Numbers of either distribution pass under every seed, as tensors of 32 bits and as arrays of 64."""
    expect.drawn.uniform(uniform(seed=seed), SHAPE, BOUND)
    expect.drawn.normal(normal(seed=seed).numpy(), SHAPE, DEVIATION)
    random = np.random.default_rng(seed)
    expect.drawn.uniform(random.uniform(-BOUND, BOUND, SHAPE), SHAPE, BOUND)


def test_coarse_numbers_pass_with_a_remark():
    """Numbers of 16 bits are right, too."""
    with gather() as found:
        expect.drawn.normal(normal().bfloat16(), SHAPE, DEVIATION)
    assert found.remarks == ["numbers of 16 bits are coarse: float32 is usual for weights"]


@pytest.mark.parametrize(
    ("numbers", "name", "message"),
    [
        (lambda: 0.5, "no_tensor", "should be a tensor"),
        (lambda: uniform().bool(), "no_tensor", "floating-point"),
        (lambda: uniform(shape=(512, 64)), "another_shape", "shape is wrong"),
        (lambda: torch.full(SHAPE, 0.05), "equal_weights", "are equal"),
        (lambda: torch.full(SHAPE, math.nan), "equal_weights", "not finite"),
        (lambda: uniform().abs(), "not_centred", "not centred"),
        (lambda: uniform(2 * BOUND), "twice", "too much"),
        (lambda: uniform(0.9 * BOUND), "another_spread", "too little"),
        (lambda: normal(), "another_distribution", "not drawn from a uniform distribution"),
        (lambda: uniform(shape=(1, 512)).repeat(64, 1), "repeated_numbers", "every row"),
    ],
    ids=["number", "bools", "shape", "constant", "nan", "positive", "named", "unnamed", "normal", "rows"],
)
def test_wrong_numbers_are_named(numbers, name, message):
    """What is wrong with numbers is said and named, the spread as the author names it."""
    with pytest.raises(CheckFailed, match=message) as failed:
        expect.drawn.uniform(numbers(), SHAPE, BOUND, others=OTHERS)
    assert failed.value.evidence == name


def test_a_single_number_beyond_the_bound_fails():
    """A tail that the moments do not show is seen in the largest number."""
    numbers = uniform()
    numbers[3, 4] = 1.01 * BOUND
    with pytest.raises(CheckFailed, match=r"just below a = 0\.1"):
        expect.drawn.uniform(numbers, SHAPE, BOUND)


def test_uniform_numbers_are_not_normal():
    """The other way round the distribution is told, too."""
    with pytest.raises(CheckFailed, match="not drawn from a normal distribution"):
        expect.drawn.normal(uniform(), SHAPE, DEVIATION)


def test_few_numbers_tell_nothing():
    """A check that asks for too few numbers learns it."""
    with pytest.raises(CheckFailed, match="fewer numbers than tell distributions apart"):
        expect.drawn.normal(normal(shape=(9, 9)), (9, 9), DEVIATION)


def test_share_is_that_of_a_binomial():
    """Six standard deviations on each side are allowed."""
    deviation = math.sqrt(10_000 * 0.2 * 0.8)
    assert is_share(2_000 + int(DEVIATIONS * deviation), 10_000, 0.2)
    assert not is_share(2_000 + int(DEVIATIONS * deviation) + 1, 10_000, 0.2)
    assert is_share(0, 100, 0.0)
    assert not is_share(1, 100, 0.0)
