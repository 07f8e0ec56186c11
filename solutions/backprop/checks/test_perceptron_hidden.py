"""Hidden checks of exercise 6: perceptrons of any size."""

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch.nn import functional as F

from grader.checks import expect

SIZES = {
    "samples": st.integers(1, 5),
    "inputs": st.integers(1, 4),
    "units": st.integers(1, 5),
    "classes": st.integers(2, 4),
    "number": st.integers(0, 2**32),
}
NAMES = ("w1", "b1", "w2", "b2")


@pytest.mark.check(points=1, exercise="perceptron")
@given(**SIZES)
@example(samples=3, inputs=4, units=5, classes=2, number=0)
def test_any_scores(student, samples, inputs, units, classes, number):
    """The scores are right for perceptrons of any size."""
    x, _labels, parameters = _drawn(samples, inputs, units, classes, number)
    expect.close(student.perceptron_forward(x, *parameters), _scores(x, *parameters))


@pytest.mark.check(points=2, exercise="perceptron")
@given(**SIZES)
@example(samples=3, inputs=4, units=5, classes=2, number=0)
@example(samples=1, inputs=2, units=3, classes=3, number=0)
def test_any_gradients(student, samples, inputs, units, classes, number):
    """Loss and gradients are right for perceptrons of any size, also where a unit gets exactly 0."""
    x, labels, parameters = _drawn(samples, inputs, units, classes, number)
    loss, gradients = _derived(x, labels, parameters)
    expected = {"loss": loss, **{f"d{name}": gradient for name, gradient in zip(NAMES, gradients, strict=True)}}
    expect.close_parts(student.perceptron_gradients(x, labels, *parameters), expected)


@pytest.mark.check(points=1, exercise="perceptron")
@given(rate=st.sampled_from((0.1, 0.5, 2.0)), **SIZES)
@example(samples=3, inputs=4, units=5, classes=2, number=0, rate=0.1)
def test_any_step(student, samples, inputs, units, classes, number, rate):
    """One step of gradient descent gives the right parameters."""
    x, labels, parameters = _drawn(samples, inputs, units, classes, number)
    _loss, gradients = _derived(x, labels, parameters)
    after = [one - rate * gradient for one, gradient in zip(parameters, gradients, strict=True)]
    received = student.perceptron_step(x, labels, *parameters, rate)
    expect.close_parts(received, dict(zip(NAMES, after, strict=True)))


@pytest.mark.check(points=1, exercise="perceptron", disclosure="counterexample")
def test_parameters_stay(student):
    """Neither the gradients nor a step change the samples and parameters that are handed over."""
    x, labels, parameters = _drawn(3, 2, 4, 3, 8)
    loss, gradients = _derived(x, labels, parameters)
    inputs = {"x": x, "labels": labels, **dict(zip(NAMES, parameters, strict=True))}
    after = {f"new {name}": one - 0.5 * d for name, one, d in zip(NAMES, parameters, gradients, strict=True)}
    expected = {"loss": loss, **{f"d{name}": gradient for name, gradient in zip(NAMES, gradients, strict=True)}}
    names, count = ", ".join(inputs), len(inputs)
    for asked, call, answer in (
        (student.perceptron_gradients, f"perceptron_gradients({names})", expected),
        (student.perceptron_step, f"perceptron_step({names}, 0.5)", after),
    ):
        received = asked.use(f"result = {call}\nanswer = [*result, {names}]", **inputs)
        expect.that(isinstance(received, list) and len(received) > count, f"the answer should be [*result, {names}]")
        expect.close_parts(received[:-count], answer)
        for (name, before), now in zip(inputs.items(), received[-count:], strict=True):
            expect.that(
                getattr(now, "shape", None) == before.shape and torch.equal(now, before),
                f"{asked.name} has changed its argument {name}",
                expected=before,
                received=now,
                hint="which statement of yours changes a tensor in its place?",
                evidence="changes_its_argument",
            )


def _drawn(samples, inputs, units, classes, number):
    """
    Return samples, labels and parameters; the first hidden unit gets exactly 0 in half of all draws.

    All numbers are small: where a network is very sure, its gradients are all rounding.
    """
    generator = torch.Generator().manual_seed(number)
    shapes = ((samples, inputs), (inputs, units), (units,), (units, classes), (classes,))
    x, *parameters = (2 * torch.rand(*shape, dtype=torch.float64, generator=generator) - 1 for shape in shapes)
    labels = torch.randint(classes, (samples,), generator=generator)
    if number % 2:
        parameters[0][:, 0] = parameters[1][0] = 0
    return x, labels, parameters


def _derived(x, labels, parameters):
    """Return the loss and its gradients as torch finds them."""
    leaves = [parameter.clone().requires_grad_() for parameter in parameters]
    loss = _cross_entropy(_scores(x, *leaves), labels)
    return loss.detach(), torch.autograd.grad(loss, leaves)


def _scores(x, w1, b1, w2, b2):
    return F.relu(x @ w1 + b1) @ w2 + b2


def _cross_entropy(scores, labels):
    """Return what F.cross_entropy does, which would wait for a second thread hundreds of times."""
    return (scores.logsumexp(dim=1) - scores[torch.arange(len(labels)), labels]).mean()
