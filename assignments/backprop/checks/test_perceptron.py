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
    loss, gradients = _derived(x, parameters)
    expected = {"loss": loss, **{f"d{name}": gradient for name, gradient in zip(PARAMETERS, gradients, strict=True)}}
    hint = "the handout has these numbers, and those on the way, to four digits"
    expect.close_parts(student.perceptron_gradients(x, LABELS, *parameters), expected, hint=hint)


@pytest.mark.check(points=1, exercise="perceptron")
def test_step_of_the_handout(student):
    """A step with the learning rate 0.5 leads the perceptron of the handout to its parameters less half of their gradients."""
    x, parameters = _tensors()
    _loss, gradients = _derived(x, parameters)
    after = [parameter - 0.5 * gradient for parameter, gradient in zip(parameters, gradients, strict=True)]
    received = student.perceptron_step(x, LABELS, *parameters, 0.5)
    hint = "w1 begins with 1, its gradient with -0.2689: where does a step lead that makes the loss smaller?"
    expect.close_parts(received, dict(zip(PARAMETERS, after, strict=True)), hint=hint)


def _derived(x, parameters):
    """Return the loss and its gradients as torch finds them."""
    leaves = [parameter.clone().requires_grad_() for parameter in parameters]
    loss = F.cross_entropy(_scores(x, *leaves), LABELS)
    return loss.detach(), torch.autograd.grad(loss, leaves)


def _tensors():
    return (
        torch.tensor(X, dtype=torch.float64),
        [torch.tensor(numbers, dtype=torch.float64) for numbers in PARAMETERS.values()],
    )


def _scores(x, w1, b1, w2, b2):
    return F.relu(x @ w1 + b1) @ w2 + b2
