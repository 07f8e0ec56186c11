"""Hidden checks of exercise 6: any mini-batch of samples or images, in both modes, against PyTorch."""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect

SEEDS = st.integers(0, 2**32 - 1)
MOMENTA = st.sampled_from((0.1, 0.3, 1.0))
EPSILONS = st.sampled_from((1e-5, 1e-3, 0.1))
SPREADS = st.sampled_from((0.05, 1.0, 3.0))
AFTERWARDS = """
    batch_norm(x, gamma, beta, running_mean, running_var, training)
    answer = [x, gamma, beta, running_mean, running_var]
"""


@pytest.mark.check(points=2, exercise="batch_norm", disclosure="counterexample")
@given(seed=SEEDS, count=st.integers(2, 6), features=st.integers(1, 5), momentum=MOMENTA, eps=EPSILONS, spread=SPREADS)
def test_any_samples(student, seed, count, features, momentum, eps, spread):
    """In training the output of samples is right, for any momentum and eps."""
    _agrees(student, seed, (count, features), True, momentum, eps, spread, parts="out")


@pytest.mark.check(points=2, exercise="batch_norm", disclosure="counterexample")
@given(
    seed=SEEDS,
    shape=st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(2, 4), st.integers(1, 5)),
    eps=EPSILONS,
)
@example(seed=1, shape=(2, 2, 1, 1), eps=1e-5)
def test_any_images(student, seed, shape, eps):
    """In training the output of images is right: the pixels of a channel are one feature."""
    _agrees(student, seed, shape, True, 0.1, eps, 1.0, parts="out")


@pytest.mark.check(points=2, exercise="batch_norm", disclosure="counterexample")
@given(
    seed=SEEDS,
    count=st.integers(2, 4),
    sides=st.just(()) | st.tuples(st.integers(1, 3), st.integers(1, 3)),
    momentum=MOMENTA,
)
def test_running_statistics(student, seed, count, sides, momentum):
    """In training the running mean and variance of samples and of images move by the right share to the right values."""
    _agrees(student, seed, (count, 3, *sides), True, momentum, 1e-5, 1.0, parts="running")


@pytest.mark.check(points=1, exercise="batch_norm", disclosure="counterexample")
@given(
    seed=SEEDS,
    count=st.integers(1, 4),
    sides=st.just(()) | st.tuples(st.integers(1, 3), st.integers(1, 3)),
    eps=EPSILONS,
)
def test_any_evaluation(student, seed, count, sides, eps):
    """In evaluation the running statistics normalize samples and images, and are returned as they are."""
    _agrees(student, seed, (count, 3, *sides), False, 0.3, eps, 1.0, parts="all")


@pytest.mark.check(points=1, exercise="batch_norm", disclosure="counterexample")
def test_one_value(student):
    """One value for each feature is a ValueError in training, and none in evaluation."""
    for shape in ((1, 3), (1, 3, 1, 1)):
        arguments = _arguments(0, shape, 1.0)
        expect.raises(ValueError, student.batch_norm, *arguments, True, hint="what is the variance of one number?")
        expect.accepts(ValueError, student.batch_norm, *arguments, False)
    expect.accepts(ValueError, student.batch_norm, *_arguments(0, (1, 3, 1, 2), 1.0), True)


@pytest.mark.check(points=1, exercise="batch_norm", disclosure="counterexample")
def test_arguments_stay(student):
    """No argument is changed: the new running statistics are new tensors."""
    names = ("x", "gamma", "beta", "running_mean", "running_var")
    for shape, training in (((4, 3), True), ((2, 3, 2, 2), True), ((4, 3), False)):
        arguments = dict(zip(names, _arguments(3, shape, 1.0), strict=True))
        received = student.batch_norm.use(AFTERWARDS, **arguments, training=training)
        for name, after in zip(names, received, strict=True):
            expect.that(
                bool(torch.equal(arguments[name], after)),
                f"`{name}` has changed",
                expected=arguments[name],
                received=after,
                hint="which lines change a tensor, and which make a new one?",
                evidence="changes_its_arguments",
            )


def _agrees(student, seed, shape, training, momentum, eps, spread, *, parts):
    """Compare with PyTorch, called in the harness."""
    x, gamma, beta, running_mean, running_var = _arguments(seed, shape, spread)
    new_mean, new_var = running_mean.clone(), running_var.clone()
    out = torch.nn.functional.batch_norm(x, new_mean, new_var, gamma, beta, training, momentum, eps)
    answer = student.batch_norm(x, gamma, beta, running_mean, running_var, training, momentum=momentum, eps=eps)
    expect.that(
        isinstance(answer, tuple | list) and len(answer) == 3, "the answer should be (out, mean, var)", received=answer
    )
    if parts != "running":
        expect.close(answer[0], out)
    if parts != "out":
        expect.close(answer[1], new_mean)
        expect.close(answer[2], new_var)


def _arguments(seed, shape, spread):
    generator = torch.Generator().manual_seed(seed)

    def normal(*size):
        return torch.randn(size, generator=generator, dtype=torch.float64)

    features = shape[1]
    x = normal(*shape) * spread + 2 * normal(features).reshape(1, -1, *[1] * (len(shape) - 2))
    return x, normal(features), normal(features), normal(features), normal(features).square() + 0.1
