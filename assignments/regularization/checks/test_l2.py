"""Public checks of exercise 3, L2 regularization: the handout's layer."""

import pytest
import torch

from grader.checks import expect

WEIGHTS = torch.tensor([[1.0, 2.0], [0.0, -3.0]], dtype=torch.float64)
BIASES = torch.tensor([7.0, -1.0], dtype=torch.float64)
GRADIENTS = [
    torch.tensor([[0.5, 1.0], [-2.0, 0.0]], dtype=torch.float64),
    torch.tensor([1.0, 4.0], dtype=torch.float64),
]


@pytest.mark.check(points=1, exercise="l2")
def test_handout_penalty(student):
    """The penalty of the handout's layer is 0.5 x (1 + 4 + 0 + 9) = 7."""
    expect.close(student.l2_penalty([WEIGHTS, BIASES], 0.5), 7)
    expect.close(student.l2_penalty([WEIGHTS], 0.25), 3.5)


@pytest.mark.check(points=1, exercise="l2")
def test_handout_step(student):
    """A step with weight decay changes the handout's layer as its table says."""
    received = student.decayed_step([WEIGHTS, BIASES], GRADIENTS, 0.1, 0.5)
    expect.that(
        isinstance(received, tuple | list) and len(received) == 2,
        "the answer should be a list of two tensors",
        received=received,
    )
    expect.close(received[0], torch.tensor([[0.9, 1.8], [0.2, -2.85]], dtype=torch.float64))
    expect.close(received[1], torch.tensor([6.9, -1.4], dtype=torch.float64))
