"""Public checks of VGG16: shapes, parameters, logits, dropout, gradients."""

import pytest
import torch

from grader import expect_known, expect_network

DROPOUTS = ((0, 1), (1, 2))
"""Before each of the first two linear layers, or after each: how many linear layers come before a dropout."""


@pytest.mark.check(points=2, exercise="vgg16")
def test_vgg16_logits(student, networks):
    """VGG16() turns (N, 3, 224, 224) images into ten logits each, for a single image too."""
    model = networks.model(student.VGG16)
    side = networks.structure(student.VGG16).side
    for n in (2, 1):
        expect_network.logits(model.run(_images(n, side)).output, n, 10)
    by_default = networks.default_model(student.VGG16).run(_images(1, side)).output
    expect_network.logits(by_default, 1, 10, hint="`VGG16()` without an argument has ten classes")


@pytest.mark.check(points=2, exercise="vgg16")
def test_vgg16_number_of_classes(student, networks):
    """VGG16(num_classes=7), or VGG16(7), gives seven logits for each image."""
    side = networks.structure(student.VGG16).side
    model = networks.model(student.VGG16, classes=7)
    hint = "which of your layers knows how many classes there are?"
    expect_network.logits(model.run(_images(1, side)).output, 1, 7, hint=hint)


@pytest.mark.check(points=3, exercise="vgg16")
def test_vgg16_stages(student, networks):
    """The shapes of the table occur in its order, after convolutions, poolings and linear layers."""
    expect_known.shapes(networks, student.VGG16)


@pytest.mark.check(points=4, exercise="vgg16")
def test_vgg16_parameters(student, networks):
    """Every layer has the weights and the biases that the handout counts, and nothing else has parameters."""
    expect_known.parameters(networks, student.VGG16)


@pytest.mark.check(points=2, exercise="vgg16")
def test_vgg16_not_normalised(student, networks):
    """The output is neither probabilities nor their logarithms, and has both signs."""
    structure = networks.structure(student.VGG16)
    output = networks.model(student.VGG16).run(_images(1, structure.side), weights_seed=1).output
    expect_network.logits(output, 1, structure.classes)
    expect_network.not_normalised(output)
    expect_network.both_signs(output)


@pytest.mark.check(points=3, exercise="vgg16")
def test_vgg16_dropout(student, networks):
    """While it trains, half of the inputs or of the outputs of the first two linear layers are dropped; otherwise none."""
    expect_known.dropout(networks, student.VGG16, probability=0.5, places=DROPOUTS)


@pytest.mark.check(points=1, exercise="vgg16")
def test_vgg16_repeatable(student, networks):
    """In evaluation mode the same image always gets the same logits."""
    side = networks.structure(student.VGG16).side
    expect_network.repeatable(networks.model(student.VGG16), _images(1, side))


@pytest.mark.check(points=2, exercise="vgg16")
def test_vgg16_images_do_not_mix(student, networks):
    """In evaluation mode the logits of an image depend on that image alone."""
    side = networks.structure(student.VGG16).side
    model = networks.model(student.VGG16)
    classes = networks.structure(student.VGG16).classes
    expect_network.independent_images(model, _images(2, side), classes, row=0)


@pytest.mark.check(points=3, exercise="vgg16")
def test_vgg16_gradient(student, networks):
    """With the initial weights, every parameter receives a gradient that is finite and not zero."""
    structure = networks.structure(student.VGG16)
    model = networks.model_with_initial_values(student.VGG16)
    expect_network.gradient_everywhere(model, _images(1, structure.side), structure.classes)


def _images(count: int, side: int) -> torch.Tensor:
    """Return the same *count* random images every time."""
    return torch.randn(count, 3, side, side, generator=torch.Generator().manual_seed(0))
