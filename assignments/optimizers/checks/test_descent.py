"""Public checks of exercises 1 to 4: batches, and descent with all samples, with one and with a few."""

from dataclasses import dataclass

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.checks import expect

X = torch.tensor([[1.0], [2.0], [1.0]], dtype=torch.float64)
Y = torch.tensor([2.0, 4.0, 5.0], dtype=torch.float64)
THETA = torch.zeros(1, dtype=torch.float64)
"""The example of the handout; exercises 2 and 3 have its first two samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hill:
    """Samples to be fitted, as the sizes and the seed that they follow from."""

    samples: int
    numbers: int
    """Of theta."""
    lr: float
    seed: int

    def tensors(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return x, y and the theta where the descent begins."""
        generator = torch.Generator().manual_seed(self.seed)
        sizes = (self.samples, self.numbers), (self.samples,), (self.numbers,)
        x, y, theta = (torch.randn(size, dtype=torch.float64, generator=generator).round(decimals=2) for size in sizes)
        return x, y, theta

    def descend(self, batches: list[list[int]]) -> torch.Tensor:
        """Return where PyTorch's own descent leads, one step for each batch of row numbers."""
        x, y, begin = self.tensors()
        theta = torch.nn.Parameter(begin)
        optimizer = torch.optim.SGD([theta], lr=self.lr)
        for rows in batches:
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(x[rows] @ theta, y[rows]).backward()
            optimizer.step()
        return theta.detach()


hills = st.builds(
    Hill,
    samples=st.integers(1, 9),
    numbers=st.integers(1, 4),
    lr=st.sampled_from([0.01, 0.05, 0.1, 0.2]),
    seed=st.integers(0, 2**31),
)


@pytest.mark.check(points=1, exercise="iterations")
def test_lecture_iterations(student):
    """The lecture's numbers come out right: 60,000 images in batches of 100 are 600 iterations."""
    _has_iterations(student, 600, 60_000, 100)
    _has_iterations(student, 782, 50_000, 64, hint="781 full batches: what becomes of the images that are left?")
    _has_iterations(student, 3, 5, 2)
    _has_iterations(student, 30, 5, 2, 10)
    _has_iterations(student, 1, 5, 5)


@pytest.mark.check(points=1, exercise="batch_descent")
def test_first_steps_of_all_samples(student):
    """The example of the handout is right: 0.0, 1.0, 1.5, 1.75."""
    for steps, theta in enumerate((0.0, 1.0, 1.5, 1.75)):
        _is_at(student.batch_descent(X[:2], Y[:2], THETA, 0.1, steps), theta)


@pytest.mark.check(points=2, exercise="batch_descent")
@given(hill=hills, steps=st.integers(0, 6))
def test_any_batch_descent(student, hill, steps):
    """Descent with all samples is right on any hill."""
    expected = hill.descend([list(range(hill.samples))] * steps)
    expect.close(student.batch_descent(*hill.tensors(), hill.lr, steps), expected)


@pytest.mark.check(points=1, exercise="stochastic_descent")
def test_first_steps_of_one_sample(student):
    """The example of the handout is right: order [0] leads to 0.4, [0, 1] to 1.68."""
    for order, theta in (([0], 0.4), ([0, 1], 1.68), ([1], 1.6), ([1, 0], 1.68), ([0, 0], 0.72)):
        _is_at(student.stochastic_descent(X[:2], Y[:2], THETA, 0.1, order), theta)


@pytest.mark.check(points=2, exercise="stochastic_descent")
@given(hill=hills, data=st.data())
def test_any_order(student, hill, data):
    """Descent with one sample for each step is right on any hill and in any order."""
    order = data.draw(st.lists(st.integers(0, hill.samples - 1), max_size=8), label="order")
    received = student.stochastic_descent(*hill.tensors(), hill.lr, order)
    expect.close(received, hill.descend([[sample] for sample in order]))


@pytest.mark.check(points=1, exercise="mini_batch_descent")
def test_first_batches(student):
    """The example of the handout is right: three samples in batches of two, 1.8 after one epoch and 2.52 after two."""
    for epochs, theta in ((1, 1.8), (2, 2.52)):
        _is_at(student.mini_batch_descent(X, Y, THETA, 0.1, 2, epochs), theta)


@pytest.mark.check(points=2, exercise="mini_batch_descent")
@given(hill=hills, batch_size=st.integers(1, 10))
def test_any_batches(student, hill, batch_size):
    """An epoch of descent with batches is right on any hill, for any batch size."""
    rows = torch.arange(hill.samples).split(batch_size)
    received = student.mini_batch_descent(*hill.tensors(), hill.lr, batch_size)
    expect.close(received, hill.descend([one.tolist() for one in rows]))


def _has_iterations(student, expected, *arguments, hint=None) -> None:
    received = student.iterations(*arguments)
    expect.close(received, expected, hint=hint)
    if isinstance(received, float):
        expect.remark("A number of iterations is usually an int, so that `range` takes it; your float is accepted too.")


def _is_at(received, theta: float) -> None:
    expect.close(received, torch.tensor([theta], dtype=torch.float64))
