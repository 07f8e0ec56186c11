"""Public checks of exercise 7, the vanishing gradient."""

import math

import pytest
import torch

from grader.checks import expect
from grader.datasets import noise


@pytest.mark.check(points=2, exercise="vanishing")
def test_chain_of_neurons(student):
    """The chain of three neurons in the handout: each layer of sigmoids makes the gradient smaller, ReLUs do not."""
    x = torch.ones(1, 1, dtype=torch.float64)
    for activation in ("sigmoid", "relu"):
        received = student.gradient_norms(x, [x, x, x], activation)
        _are_norms(received, _norms(x, [x, x, x], activation), hint="the handout has these numbers to four digits")


@pytest.mark.check(points=1, exercise="vanishing")
def test_ten_layers(student, keys):
    """Of ten layers with sigmoids, the first has a gradient millions of times smaller than the last; with ReLUs it has not."""
    for activation, gain in (("sigmoid", 1), ("relu", 2)):
        x, *weights = noise.normal(keys.images.derive(activation), 11, 16, 16)
        weights = [weight * math.sqrt(gain / 16) for weight in weights]
        received = student.gradient_norms(x[:8], weights, activation)
        expected = _norms(x[:8], weights, activation)
        hint = f"the first should be {expected[0] / expected[-1]:.1g} times the last: by what do you multiply in each layer?"
        _are_norms(received, expected, hint=hint)


def _norms(x, weights, activation):
    """Return what torch finds."""
    leaves = [weight.clone().requires_grad_() for weight in weights]
    for leaf in leaves:
        x = getattr(torch, activation)(x @ leaf)
    return [gradient.norm().item() for gradient in torch.autograd.grad(x.sum(), leaves)]


def _are_norms(received, expected, hint):
    expect.close_parts(received, {f"layer {number}": norm for number, norm in enumerate(expected, 1)}, hint=hint)
