"""Hidden check of exercise 7: networks of any depth and width."""

import itertools

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from grader.checks import expect


@pytest.mark.check(points=2, exercise="vanishing")
@given(
    samples=st.integers(1, 5),
    widths=st.lists(st.integers(1, 6), min_size=2, max_size=8),
    activation=st.sampled_from(("sigmoid", "relu")),
    number=st.integers(0, 2**32),
)
@example(samples=3, widths=[2, 4, 3], activation="sigmoid", number=0)
@example(samples=3, widths=[2, 4, 3, 5], activation="relu", number=0)
@example(samples=2, widths=[3, 2], activation="sigmoid", number=0)
def test_any_depth(student, samples, widths, activation, number):
    """The norms are right for networks of any depth, whose layers have any widths, with both activations."""
    generator = torch.Generator().manual_seed(number)
    shapes = [(samples, widths[0]), *itertools.pairwise(widths)]
    x, *weights = (torch.randn(*shape, dtype=torch.float64, generator=generator) for shape in shapes)
    expected = {f"layer {number}": norm for number, norm in enumerate(_norms(x, weights, activation), 1)}
    expect.close_parts(student.gradient_norms(x, weights, activation), expected)


def _norms(x, weights, activation):
    """Return what torch finds."""
    leaves = [weight.clone().requires_grad_() for weight in weights]
    for leaf in leaves:
        x = getattr(torch, activation)(x @ leaf)
    return [gradient.norm().item() for gradient in torch.autograd.grad(x.sum(), leaves)]
