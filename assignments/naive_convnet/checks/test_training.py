"""Public checks of learning: a good start, a gradient everywhere, and eight digits by heart."""

import math

import pytest
import torch
from torch.nn import functional as F

from grader.checks import expect
from grader.datasets import noise
from grader.datasets import splits as data

MAX_ROUNDS = 5
"""Of 40 steps.  Of 280 trainings of the reference 273 were there after one round, 6 after two and 1 after three."""


@pytest.mark.check(points=1, exercise="training")
def test_loss_before_training(student, keys, shared):
    """Before any training the cross entropy is of the size of ln 10 = 2.30, that of guessing among ten."""
    digits = data.digits(keys.images, 64)
    loss = _cross_entropy(student.NaiveConvNet().predict(digits.images), digits.labels)
    expect.that(
        loss <= 5 * math.log(10),  # false for NaN; Kaiming's values give up to 6 here, and they are no mistake
        "an untrained network should know nothing, but it is very sure of wrong answers",
        received=f"a cross entropy of {loss:.3g}",
        expected="about 2.30",
        hint="how large are your first weights? PyTorch's own initial values suit this network",
    )
    if abs(loss - math.log(10)) > 0.25:
        expect.remark(f"before training the cross entropy is {loss:.2f}; PyTorch's own weights give 2.30")
    expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)


@pytest.mark.check(points=2, exercise="training")
def test_gradient_reaches_every_layer(student, keys, shared):
    """Every parameter receives a gradient that is finite and not zero."""
    model = student.NaiveConvNet()
    images = noise.uniform(keys.images, 4, 1, 28, 28)
    expect.network.logits(model.run(images).output, 4, 10)
    expect.network.gradient_everywhere(model, images, 10, keys)
    expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)


@pytest.mark.check(points=3, exercise="training", seconds=60)
def test_learns_eight_digits(student, keys, shared):
    """The network can learn eight digits by heart in 200 steps of Adam, or fewer."""
    digits = data.digits(keys.images, 8)
    images, labels = digits.images, digits.labels
    model = student.NaiveConvNet()
    expect.network.logits(model.predict(images), 8, 10)
    for number in range(MAX_ROUNDS):
        model.train_on(images, labels, epochs=40, batch_size=8, learning_rate=1e-3, key=keys.torch.derive(number))
        logits = model.predict(images)
        right = int((logits.argmax(dim=1) == labels).sum())
        loss = _cross_entropy(logits, labels)
        if right == 8 and loss < 0.1:
            expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)  # a table of the eight does not
            return
    expect.that(
        False,
        "the network does not learn eight digits by heart",
        received=f"{right} of 8 right, cross entropy {loss:.3g}",
        expected="8 of 8 right, cross entropy below 0.1",
        hint="a network that cannot do this cannot learn: look at its gradients and at its first weights",
    )


def _cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> float:
    expect.network.logits(logits, len(labels), 10)
    return F.cross_entropy(logits.double(), labels).item()
