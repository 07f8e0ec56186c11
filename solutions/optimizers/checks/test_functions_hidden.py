"""Hidden checks of exercises 1 to 6."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect
from grader.datasets import noise

KEEP = """
before = [x.clone(), y.clone(), theta.clone()]
result = {name}(x, y, theta, 0.1, {steps})
answer = result, all(torch.equal(*pair) for pair in zip(before, (x, y, theta)))
"""


@pytest.mark.check(points=1, exercise="iterations", disclosure="counterexample")
@given(samples=st.integers(1, 100), batch_size=st.integers(1, 40), epochs=st.integers(1, 5))
def test_any_iterations(student, samples, batch_size, epochs):
    """The number of iterations is right for any number of samples, batch size and number of epochs."""
    batches = len(range(0, samples, batch_size))
    expect.close(student.iterations(samples, batch_size, epochs=epochs), batches * epochs)


@pytest.mark.check(points=1, exercise="batch_descent", disclosure="counterexample")
def test_batch_descent_keeps_arguments(student, keys):
    """Descent with all samples changes none of its arguments."""
    _keeps_arguments(student.batch_descent, keys, "3", [slice(None)] * 3)


@pytest.mark.check(points=1, exercise="stochastic_descent", disclosure="counterexample")
def test_stochastic_descent_keeps_arguments(student, keys):
    """Descent with one sample for each step changes none of its arguments."""
    _keeps_arguments(student.stochastic_descent, keys, "[2, 0, 4]", [slice(2, 3), slice(1), slice(4, 5)])


@pytest.mark.check(points=1, exercise="mini_batch_descent", disclosure="counterexample")
def test_mini_batch_descent_keeps_arguments(student, keys):
    """Descent with batches changes none of its arguments."""
    _keeps_arguments(student.mini_batch_descent, keys, "4", [slice(4), slice(4, 6)])


@pytest.mark.check(points=2, exercise="mini_batch_descent", disclosure="counterexample")
@given(
    samples=st.integers(1, 8),
    numbers=st.integers(1, 4),
    batch_size=st.integers(1, 9),
    epochs=st.integers(2, 4),
    seed=st.integers(0, 2**31),
)
def test_several_epochs(student, samples, numbers, batch_size, epochs, seed):
    """Several epochs of descent with batches are right, also where the last batch is smaller."""
    x, y, theta = _hill(samples, numbers, seed)
    batches = [slice(start, start + batch_size) for start in range(0, samples, batch_size)] * epochs
    received = student.mini_batch_descent(x, y, theta, lr=0.1, batch_size=batch_size, epochs=epochs)
    expect.close(received, _compose(x, y, theta, 0.1, batches))


@pytest.mark.check(points=1, exercise="step_decay")
def test_steps_by_name(student):
    """The arguments of the schedule in steps can be given by name, and long trainings are right too."""
    expect.close(student.step_decay(epoch=7, gamma=0.7, step_size=3, lr=0.25), 0.25 * 0.49)
    expect.close(student.step_decay(epoch=999, gamma=0.99, step_size=10, lr=3.0), 3.0 * math.exp(99 * math.log(0.99)))


@pytest.mark.check(points=1, exercise="cosine_decay")
def test_cosine_by_name(student):
    """The arguments of the cosine can be given by name, and the last epoch has the lowest learning rate."""
    for epochs in (1, 7, 90):
        expect.close(student.cosine_decay(epoch=epochs, lr=0.5, lr_min=0.02, epochs=epochs), 0.02)
        expect.close(student.cosine_decay(epoch=0, lr=0.5, lr_min=0.02, epochs=epochs), 0.5)
    expect.close(student.cosine_decay(epoch=30, lr=0.5, lr_min=0.02, epochs=90), 0.02 + 0.48 * 0.75)


def _keeps_arguments(descent, keys, steps: str, batches: list[slice]) -> None:
    """Require a right descent whose arguments are afterwards what they were."""
    drawn = noise.normal(keys.images, 6, 3).round(decimals=2)
    x, y, theta = drawn[:, :2], drawn[:, 2], drawn[0, :2].clone()
    received = descent.use(KEEP.format(name=descent.name, steps=steps), x=x, y=y, theta=theta)
    result, is_as_before = received
    expect.close(result, _compose(x, y, theta, 0.1, batches))
    expect.that(is_as_before, "the call changes an argument", hint="which of your lines change a tensor in place?")


def _hill(samples: int, numbers: int, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return x, y and the theta where a descent begins."""
    generator = torch.Generator().manual_seed(seed)
    sizes = (samples, numbers), (samples,), (numbers,)
    x, y, theta = (torch.randn(size, dtype=torch.float64, generator=generator).round(decimals=2) for size in sizes)
    return x, y, theta


def _compose(x: torch.Tensor, y: torch.Tensor, theta: torch.Tensor, lr: float, batches: list[slice]) -> torch.Tensor:
    """Return where a descent leads: on a quadratic function a step is an affine map, and several are a product of matrices."""
    numbers = len(theta)
    whole = torch.eye(numbers + 1, dtype=torch.float64)
    for rows in batches:
        step = torch.eye(numbers + 1, dtype=torch.float64)
        step[:numbers, :numbers] -= lr * 2 * x[rows].T @ x[rows] / len(x[rows])
        step[:numbers, numbers] = lr * 2 * x[rows].T @ y[rows] / len(x[rows])
        whole = step @ whole
    return (whole @ torch.cat([theta, torch.ones(1, dtype=torch.float64)]))[:numbers]
