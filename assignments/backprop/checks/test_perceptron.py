"""Public checks of exercise 6: the handout's perceptron, with numbers that can be followed with a pencil."""

import pytest
import torch
from torch.nn import functional as F

from grader.checks import expect

X = [[1, 2], [-1, 1]]
LABELS = torch.tensor([0, 0])
PARAMETERS = {"w1": [[1, -1], [0.5, 1]], "b1": [0, 1], "w2": [[1, -1], [0, 1]], "b2": [0, 1]}


@pytest.mark.check(points=1, exercise="perceptron")
def test_scores_of_the_handout(student):
    """The perceptron of the handout gives the scores (2, 1) and (0, 4); scores may be negative, too."""
    x, parameters = _tensors()
    expect.close(student.perceptron_forward(x, *parameters), _scores(x, *parameters))
    negative = [*parameters[:3], torch.tensor([-3.0, -5.0], dtype=torch.float64)]
    hint = "the same with b2 = (-3, -5): what comes after the second layer?"
    expect.close(student.perceptron_forward(x, *negative), _scores(x, *negative), hint=hint)


@pytest.mark.check(points=2, exercise="perceptron")
def test_gradients_of_the_handout(student):
    """The perceptron of the handout has the loss and the gradients that the handout shows."""
    x, parameters = _tensors()
    leaves = [parameter.clone().requires_grad_() for parameter in parameters]
    loss = F.cross_entropy(_scores(x, *leaves), LABELS)
    gradients = torch.autograd.grad(loss, leaves)
    expected = {"loss": loss.detach(), **dict(zip(("dw1", "db1", "dw2", "db2"), gradients, strict=True))}
    hint = "the handout has these numbers, and those on the way, to four digits"
    expect.close_parts(student.perceptron_gradients(x, LABELS, *parameters), expected, hint=hint)


def _tensors():
    return (
        torch.tensor(X, dtype=torch.float64),
        [torch.tensor(numbers, dtype=torch.float64) for numbers in PARAMETERS.values()],
    )


def _scores(x, w1, b1, w2, b2):
    return F.relu(x @ w1 + b1) @ w2 + b2
