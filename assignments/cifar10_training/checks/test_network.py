"""Public checks of the network: its architecture is free, what it promises is not."""

import pytest
import torch

from grader.checks import expect
from grader.datasets import noise

MAX_PARAMETERS = 2_000_000


@pytest.mark.check(points=1, exercise="network")
def test_any_number_of_images(student, keys, shared):
    """The output has the shape (N, num_classes) for 1, 2, 5 or any other number of images N."""
    model = student.CifarNet()
    for n in (2, 5, 1):
        expect.network.logits(model.run(_noise(keys, n)).output, n, 10)
    hint = "build it as `CifarNet(num_classes=7)`: which of your layers should know how many classes there are?"
    expect.network.logits(student.CifarNet(num_classes=7).run(_noise(keys, 2)).output, 2, 7, hint=hint)
    expect.network.ends_in_classes(student.CifarNet, 3, 32, shared)


@pytest.mark.check(points=1, exercise="network")
def test_at_most_two_million_parameters(student, keys, shared):
    """The network has at most 2,000,000 parameters."""
    model = student.CifarNet()
    model.output_shape((2, 3, 32, 32))  # lazy layers are empty until they have seen an image
    received = sum(parameter.count for parameter in model.parameters)
    expect.that(received > 0, "the network has no parameters, so it cannot learn", evidence="no_parameters")
    expect.that(
        received <= MAX_PARAMETERS,
        "the network has too many parameters",
        received=f"{received:,}",
        expected=f"at most {MAX_PARAMETERS:,}",
        hint="which layer has most of them? Behind a flatten it is often the first linear one: pool before it",
        evidence="too_many_parameters",
    )
    expect.network.ends_in_classes(student.CifarNet, 3, 32, shared)


@pytest.mark.check(points=2, exercise="network")
def test_logits(student, keys, shared):
    """The output is logits: neither probabilities nor their logarithms, and of both signs."""
    logits = []
    for number in range(2):
        weights = keys.weights.derive(number)
        logits.append(student.CifarNet().run(_noise(keys, 4), weights=weights).output)
        expect.network.logits(logits[-1], 4, 10)
        expect.network.not_normalised(logits[-1])
    expect.network.both_signs(torch.cat(logits))
    expect.network.ends_in_classes(student.CifarNet, 3, 32, shared)


@pytest.mark.check(points=2, exercise="network")
def test_images_do_not_mix(student, keys, shared):
    """In evaluation mode the logits of an image depend on that image alone: on no other image, and not on chance."""
    expect.network.repeatable(student.CifarNet(), _noise(keys, 3), keys)
    for row in (0, 2):
        expect.network.independent_images(student.CifarNet(), _noise(keys, 3), 10, row=row, keys=keys)
    expect.network.ends_in_classes(student.CifarNet, 3, 32, shared)


@pytest.mark.check(points=1, exercise="network")
def test_gradient_reaches_every_layer(student, keys, shared):
    """Every weight is a parameter of the network from the start, and receives a gradient that is finite and not zero."""
    model = student.CifarNet()
    images = _noise(keys, 4)
    other = student.CifarNet.build(keys.torch)
    expect.network.nothing_made_in_forward(other, images)
    expect.network.logits(model.run(images).output, 4, 10)
    expect.network.gradient_everywhere(model, images, 10, keys)
    expect.network.everything_registered(model, other, images, keys)
    expect.network.ends_in_classes(student.CifarNet, 3, 32, shared)


def _noise(keys, count: int) -> torch.Tensor:
    """Return the same *count* random images whenever this check asks for them."""
    return noise.uniform(keys.images, count, 3, 32, 32)
