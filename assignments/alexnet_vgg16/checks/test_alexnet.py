"""Public checks of AlexNet: shapes, parameters, logits, dropout, gradients."""

import pytest
import torch

from grader.checks import expect
from grader.datasets import noise

DROPOUTS = ((0, 1), (1, 2))
"""Before each of the first two linear layers, or after each: how many linear layers come before a dropout."""
MAX_DRAWS = 3
"""Ten logits of a right network have one sign under one draw of weights in 500, and under three in 10^8."""


@pytest.mark.check(points=2, exercise="alexnet")
def test_alexnet_logits(student, networks, keys):
    """AlexNet() turns (N, 3, 227, 227) or (N, 3, 224, 224) images into ten logits each, for a single image too."""
    expect.known.logits(networks, student.AlexNet, 10)
    expect.known.classes_by_default(
        networks, student.AlexNet, keys, hint="`AlexNet()` without an argument has ten classes"
    )
    expect.known.goes_through_layers(networks, student.AlexNet)


@pytest.mark.check(points=2, exercise="alexnet")
def test_alexnet_number_of_classes(student, networks, keys):
    """AlexNet(num_classes=7), or AlexNet(7), gives seven logits for each image."""
    side = networks.structure(student.AlexNet).side
    model = networks.model(student.AlexNet, classes=7)
    hint = "which of your layers knows how many classes there are?"
    expect.network.logits(model.run(_images(keys, 1, side)).output, 1, 7, hint=hint)
    expect.known.goes_through_layers(networks, student.AlexNet)


@pytest.mark.check(points=3, exercise="alexnet")
def test_alexnet_stages(student, networks):
    """The shapes of the table occur in its order, after convolutions, poolings and linear layers."""
    expect.known.shapes(networks, student.AlexNet)


@pytest.mark.check(points=4, exercise="alexnet")
def test_alexnet_parameters(student, networks):
    """Every layer has the weights and the biases that the handout counts, and nothing else has parameters."""
    expect.known.parameters(networks, student.AlexNet)


@pytest.mark.check(points=2, exercise="alexnet")
def test_alexnet_not_normalised(student, networks, keys):
    """The output is neither probabilities nor their logarithms, and has both signs."""
    structure = networks.structure(student.AlexNet)
    outputs = [expect.known.logits_of_one(networks, student.AlexNet)]
    expect.network.logits(outputs[0], 1, structure.classes)
    for number in range(MAX_DRAWS):
        expect.network.not_normalised(outputs[-1])
        if outputs[-1].min() < 0 < outputs[-1].max():
            break
        images, weights = _images(keys, 1, structure.side), keys.weights.derive(number)
        outputs.append(networks.model(student.AlexNet).run(images, weights=weights).output)
        expect.network.logits(outputs[-1], 1, structure.classes)
    expect.network.both_signs(torch.cat(outputs))
    expect.known.goes_through_layers(networks, student.AlexNet)


@pytest.mark.check(points=3, exercise="alexnet")
def test_alexnet_dropout(student, networks):
    """While it trains, half of the inputs or of the outputs of the first two linear layers are dropped; otherwise none."""
    expect.known.dropout(networks, student.AlexNet, probability=0.5, positions=DROPOUTS)
    expect.known.goes_through_layers(networks, student.AlexNet)


@pytest.mark.check(points=1, exercise="alexnet")
def test_alexnet_repeatable(student, networks):
    """In evaluation mode the same image always gets the same logits."""
    expect.known.repeatable(networks, student.AlexNet)
    expect.known.goes_through_layers(networks, student.AlexNet)


@pytest.mark.check(points=2, exercise="alexnet")
def test_alexnet_images_do_not_mix(student, networks):
    """In evaluation mode the logits of an image depend on that image alone."""
    expect.known.images_do_not_mix(networks, student.AlexNet)
    expect.known.goes_through_layers(networks, student.AlexNet)


@pytest.mark.check(points=3, exercise="alexnet")
def test_alexnet_gradient(student, networks, keys):
    """While it trains, with initial weights that differ, every parameter receives a gradient that is finite and not zero."""
    structure = networks.structure(student.AlexNet)
    model = networks.model_with_initial_values(student.AlexNet)
    expect.network.learns_from_its_start(model, _images(keys, 2, structure.side), structure.classes, keys)
    expect.known.goes_through_layers(networks, student.AlexNet)


def _images(keys, count: int, side: int) -> torch.Tensor:
    """Return the same *count* random images whenever this check asks for them."""
    return noise.normal(keys.images, count, 3, side, side).float()
