"""Public checks of learning: a good start, a gradient everywhere, and eight digits by heart."""

import math

import pytest
import torch
from torch.nn import functional as F

from grader import data, expect


@pytest.mark.check(points=1, exercise="training")
def test_loss_before_training(student):
    """Before any training the cross entropy is of the size of ln 10 = 2.30, that of guessing among ten."""
    digits = data.digits(seed=0)
    images, labels = digits.train_images[:64], digits.train_labels[:64]
    loss = _cross_entropy(student.NaiveConvNet().predict(images), labels)
    expect.that(
        loss <= 5 * math.log(10),  # false for NaN; Kaiming's values give up to 6 here, and they are no mistake
        "an untrained network should know nothing, but it is very sure of wrong answers",
        received=f"a cross entropy of {loss:.3g}",
        expected="about 2.30",
        hint="how large are your first weights? PyTorch's own initial values suit this network",
    )
    if abs(loss - math.log(10)) > 0.25:
        expect.remark(f"before training the cross entropy is {loss:.2f}; PyTorch's own weights give 2.30")


@pytest.mark.check(points=2, exercise="training")
def test_gradient_reaches_every_layer(student):
    """Every parameter receives a gradient that is finite and not zero."""
    model = student.NaiveConvNet()
    images = torch.rand(4, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    output = model.run(images).output
    _require_logits(output)
    upstream = torch.randn(4, 10, generator=torch.Generator().manual_seed(1))
    gradients = model.run(images, gradients=True, upstream=upstream).parameter_gradients or {}
    expect.that(bool(model.parameters), "the network has no parameters, so it cannot learn")
    norms = {parameter.name: _norm(gradients.get(parameter.name)) for parameter in model.parameters}
    wrong = [name for name, norm in norms.items() if not 0 < norm < math.inf]  # NaN is wrong too
    expect.that(
        not wrong,
        "no usable gradient reaches " + ", ".join(f"`{name}`" for name in wrong),
        received=", ".join(f"{name} {norm:.2g}" for name, norm in norms.items()),
        expected="every parameter gets a gradient whose size is finite and above 0",
        hint="follow the way from the loss back to such a parameter: what on it lets nothing through?",
    )


@pytest.mark.check(points=3, exercise="training", seconds=60)
def test_learns_eight_digits(student):
    """The network can learn eight digits by heart in 80 steps of Adam."""
    digits = data.digits(seed=0)
    images, labels = digits.train_images[:8], digits.train_labels[:8]
    model = student.NaiveConvNet()
    _require_logits(model.predict(images))
    for seed in (0, 1):
        model.train_on(images, labels, epochs=40, batch_size=8, learning_rate=1e-3, seed=seed)
        logits = model.predict(images)
        right = int((logits.argmax(dim=1) == labels).sum())
        loss = _cross_entropy(logits, labels)
        if right == 8 and loss < 0.1:  # the reference is there after 40 steps under each of 12 seeds
            return
    expect.that(
        False,
        "the network does not learn eight digits by heart",
        received=f"{right} of 8 right, cross entropy {loss:.3g}",
        expected="8 of 8 right, cross entropy below 0.1",
        hint="a network that cannot do this cannot learn: look at its gradients and at its first weights",
    )


def _norm(gradient: torch.Tensor | None) -> float:
    return 0.0 if gradient is None else gradient.double().norm().item()


def _cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> float:
    _require_logits(logits)
    return F.cross_entropy(logits.double(), labels).item()


def _require_logits(output: torch.Tensor) -> None:
    expect.that(
        output.ndim == 2 and output.shape[1] == 10 and output.is_floating_point(),
        "the output is not one logit per class for each image",
        received=f"shape {tuple(output.shape)}, {output.dtype}",
        expected="shape (N, 10), torch.float32",
    )
