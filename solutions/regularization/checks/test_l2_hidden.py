"""Hidden checks of exercise 3: any layers, the gradient of the penalty, and that weight decay makes the same step."""

import pytest
import torch

from grader.checks import expect
from grader.datasets import Stream

CASES = 20
STRENGTHS = (0.1, 0.5, 0.013, 2.0)
GRADIENT = """
    weights = [parameter.clone().requires_grad_() for parameter in parameters]
    loss = sum((weight * factor).sum() for weight, factor in zip(weights, factors)) + l2_penalty(weights, lam)
    loss.backward()
    answer = [weight.grad for weight in weights]
"""
STEP = """
    received = decayed_step(parameters, gradients, 0.25, weight_decay)
    answer = list(received), parameters, gradients
"""


@pytest.mark.check(points=1, exercise="l2", disclosure="counterexample")
def test_any_penalty(student, keys):
    """The penalty counts the weights of linear and convolutional layers, and no bias."""
    for number, seed in enumerate(_seeds(keys)):
        parameters, lam = _layers(seed), STRENGTHS[number % 4]
        expected = lam * sum(float(one.square().sum()) for one in parameters if one.ndim > 1)
        expect.close(student.l2_penalty(parameters, lam), expected)


@pytest.mark.check(points=1, exercise="l2", disclosure="counterexample")
def test_penalty_gradient(student):
    """The gradient of loss and penalty flows through the penalty to the weights."""
    for seed in range(3):
        parameters = _layers(seed)
        factors, lam = _like(parameters, seed + 10), 0.3
        received = student.l2_penalty.use(GRADIENT, parameters=parameters, factors=factors, lam=lam)
        for gradient, right in zip(received, _gradients(parameters, factors, lam), strict=True):
            expect.close(gradient, right, hint="is your answer a tensor that torch can go back through?")


@pytest.mark.check(points=2, exercise="l2", disclosure="counterexample")
def test_same_step(student, keys):
    """A step with weight decay is a step on loss and penalty, where the weight decay is yours for this lam."""
    for lam, seed in zip(STRENGTHS, _seeds(keys), strict=False):
        parameters = _layers(seed)
        factors = _like(parameters, seed + 1)
        decay = expect.number(student.weight_decay_for(lam), "the weight decay", or_tensor=True)
        received = student.decayed_step(parameters, factors, 0.25, decay)
        _steps(received, parameters, _gradients(parameters, factors, lam), 0.25)


@pytest.mark.check(points=1, exercise="l2", disclosure="counterexample")
def test_any_step(student, keys):
    """A step with any learning rate and weight decay is right, and biases do not decay."""
    for number, seed in enumerate(_seeds(keys)):
        rate, decay = (0.1, 0.01, 1.0)[number % 3], (0.2, 0.01, 0.0, 0.5)[number % 4]
        parameters = _layers(seed)
        gradients = _like(parameters, seed + 1)
        pairs = zip(parameters, gradients, strict=True)
        penalized = [gradient + (decay if one.ndim > 1 else 0) * one for one, gradient in pairs]
        _steps(student.decayed_step(parameters, gradients, rate, decay), parameters, penalized, rate)


@pytest.mark.check(points=1, exercise="l2", disclosure="counterexample")
def test_parameters_stay(student):
    """The step makes new tensors: parameters and gradients stay as they are."""
    parameters = _layers(5)
    gradients = _like(parameters, 6)
    received = student.decayed_step.use(STEP, parameters=parameters, gradients=gradients, weight_decay=0.5)
    for before, after in zip((*parameters, *gradients), (*received[1], *received[2]), strict=True):
        expect.that(
            bool(torch.equal(before, after)),
            "a tensor that was handed over has changed",
            expected=before,
            received=after,
            hint="which lines change a tensor, and which make a new one?",
            evidence="changes_its_arguments",
        )


def _steps(received, parameters, gradients, rate):
    is_list = isinstance(received, tuple | list) and len(received) == len(parameters)
    expect.that(is_list, f"the answer should be a list of {len(parameters)} tensors", received=received)
    for answer, one, gradient in zip(received, parameters, gradients, strict=True):
        expect.close(answer, one - rate * gradient)


def _gradients(parameters, factors, lam):
    """Return the gradients of loss and penalty, by torch; the loss is the sum of all parameters times factors."""
    leaves = [one.clone().requires_grad_() for one in parameters]
    loss = sum((leaf * factor).sum() for leaf, factor in zip(leaves, factors, strict=True))
    penalty = sum(torch.linalg.vector_norm(leaf) ** 2 for leaf in leaves if leaf.ndim > 1)
    return torch.autograd.grad(loss + lam * penalty, leaves)


def _seeds(keys):
    return Stream(keys.images).between(0, 2**31 - 2, CASES).tolist()


def _layers(seed):
    """Return the weights and biases of a convolution and of two linear layers."""
    generator = torch.Generator().manual_seed(seed)
    channels, units = 2 + seed % 3, 3 + seed % 2
    shapes = ((channels, 2, 3, 1), (channels,), (units, 4), (units,), (1, units), (1,))
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]


def _like(parameters, seed):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(one.shape, generator=generator, dtype=torch.float64) for one in parameters]
