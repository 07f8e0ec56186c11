"""Public checks of VGG16: shapes, parameters, logits, dropout, gradients."""

import pytest
import torch

from grader.checks import expect
from grader.datasets import noise

DROPOUTS = ((0, 1), (1, 2))
"""Before each of the first two linear layers, or after each: how many linear layers come before a dropout."""
MAX_DRAWS = 3
"""Ten logits of a right network have one sign under one draw of weights in 500, and under three in 10^8."""


@pytest.mark.check(points=2, exercise="vgg16")
def test_vgg16_logits(student, networks, keys):
    """VGG16() turns (N, 3, 224, 224) images into ten logits each, for a single image too."""
    expect.known.logits(networks, student.VGG16, 10)
    expect.known.classes_by_default(networks, student.VGG16, keys, hint="`VGG16()` without an argument has ten classes")
    expect.known.goes_through_layers(networks, student.VGG16)


@pytest.mark.check(points=2, exercise="vgg16")
def test_vgg16_number_of_classes(student, networks, keys):
    """VGG16(num_classes=7), or VGG16(7), gives seven logits for each image."""
    side = networks.structure(student.VGG16).side
    model = networks.model(student.VGG16, classes=7)
    hint = "which of your layers knows how many classes there are?"
    expect.network.logits(model.run(_images(keys, 1, side)).output, 1, 7, hint=hint)
    expect.known.goes_through_layers(networks, student.VGG16)


@pytest.mark.check(points=3, exercise="vgg16")
def test_vgg16_stages(student, networks):
    """The shapes of the table occur in its order, after convolutions, poolings and linear layers."""
    expect.known.shapes(networks, student.VGG16)


@pytest.mark.check(points=4, exercise="vgg16")
def test_vgg16_parameters(student, networks):
    """Every layer has the weights and the biases that the handout counts, and nothing else has parameters."""
    expect.known.parameters(networks, student.VGG16)


@pytest.mark.check(points=2, exercise="vgg16")
def test_vgg16_not_normalised(student, networks, keys):
    """The output is neither probabilities nor their logarithms, and has both signs."""
    structure = networks.structure(student.VGG16)
    outputs = [expect.known.logits_of_one(networks, student.VGG16)]
    expect.network.logits(outputs[0], 1, structure.classes)
    for number in range(MAX_DRAWS):
        expect.network.not_normalised(outputs[-1])
        if outputs[-1].min() < 0 < outputs[-1].max():
            break
        images, weights = _images(keys, 1, structure.side), keys.weights.derive(number)
        outputs.append(networks.model(student.VGG16).run(images, weights=weights).output)
        expect.network.logits(outputs[-1], 1, structure.classes)
    expect.network.both_signs(torch.cat(outputs))
    expect.known.goes_through_layers(networks, student.VGG16)


@pytest.mark.check(points=3, exercise="vgg16")
def test_vgg16_dropout(student, networks):
    """While it trains, half of the inputs or of the outputs of the first two linear layers are dropped; otherwise none."""
    expect.known.dropout(networks, student.VGG16, probability=0.5, positions=DROPOUTS)
    expect.known.goes_through_layers(networks, student.VGG16)


@pytest.mark.check(points=1, exercise="vgg16")
def test_vgg16_repeatable(student, networks):
    """In evaluation mode the same image always gets the same logits."""
    expect.known.repeatable(networks, student.VGG16)
    expect.known.goes_through_layers(networks, student.VGG16)


@pytest.mark.check(points=2, exercise="vgg16")
def test_vgg16_images_do_not_mix(student, networks):
    """In evaluation mode the logits of an image depend on that image alone."""
    expect.known.images_do_not_mix(networks, student.VGG16)
    expect.known.goes_through_layers(networks, student.VGG16)


@pytest.mark.check(points=3, exercise="vgg16")
def test_vgg16_gradient(student, networks, keys):
    """While it trains, with initial weights that differ, every parameter receives a gradient that is finite and not zero."""
    structure = networks.structure(student.VGG16)
    model = networks.model_with_initial_values(student.VGG16)
    expect.network.learns_from_its_start(model, _images(keys, 2, structure.side), structure.classes, keys)
    expect.known.goes_through_layers(networks, student.VGG16)


def _images(keys, count: int, side: int) -> torch.Tensor:
    """Return the same *count* random images whenever this check asks for them."""
    return noise.normal(keys.images, count, 3, side, side).float()
