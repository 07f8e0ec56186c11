"""Public checks of exercise 4, the multi-layer perceptron."""

import pytest
import torch

from grader.checks import expect, tolerances
from grader.datasets import noise


@pytest.mark.check(points=1, exercise="mlp")
def test_mlp_logits(student, networks, keys):
    """MLP gives ten logits for each image, for one image too; with num_classes=7 or 7 it gives seven."""
    expect.known.logits(networks, student.MLP, 10)
    hint = "`MLP()` without an argument has ten classes"
    expect.known.classes_by_default(networks, student.MLP, keys, hint=hint)
    for model in (student.MLP(7), student.MLP(num_classes=7)):
        hint = "which of your layers knows how many classes there are?"
        expect.network.logits(model.run(_images(keys, 2)).output, 2, 7, hint=hint)
    expect.known.goes_through_layers(networks, student.MLP)


@pytest.mark.check(points=3, exercise="mlp")
def test_mlp_parameters(student, networks):
    """Every layer has the weights and the biases that the handout counts, 89,610 in all, and nothing else has parameters."""
    expect.known.parameters(networks, student.MLP)


@pytest.mark.check(points=1, exercise="mlp")
def test_mlp_scores(student, networks, keys):
    """Its output are logits, of both signs and not normalised, and those of an image depend on that image alone."""
    outputs = []
    for number in range(2):
        images = _images(keys, 4)
        outputs.append(student.MLP().run(images, weights=keys.weights.derive(number)).output)
        expect.network.logits(outputs[-1], 4, 10)
        expect.network.not_normalised(outputs[-1])
    expect.network.both_signs(torch.cat(outputs))
    expect.known.images_do_not_mix(networks, student.MLP)
    expect.known.goes_through_layers(networks, student.MLP)


@pytest.mark.check(points=1, exercise="mlp")
def test_mlp_same_in_both_modes(student, networks, keys):
    """The network computes the same in training and in evaluation mode."""
    model = student.MLP()
    evaluating = model.run(_images(keys, 3), weights=keys.weights).output
    training = model.run(_images(keys, 3), weights=keys.weights, training=True).output
    expect.network.logits(evaluating, 3, 10)
    expect.network.logits(training, 3, 10)
    apart = expect.distance(training, evaluating)
    expect.that(
        apart < tolerances.TWINS,
        "the same images with the same weights get other logits in training mode",
        received=f"{apart:.2g} away, relative to their size",
        hint="which layers know the mode that the network is in? Is one of them in the handout?",
    )
    expect.known.goes_through_layers(networks, student.MLP)


@pytest.mark.check(points=1, exercise="mlp")
def test_mlp_gradient(student, networks, keys):
    """With its initial weights, every parameter receives a gradient that is finite and not zero."""
    model = networks.model_with_initial_values(student.MLP)
    expect.network.learns_from_its_start(model, _images(keys, 2), 10, keys)
    expect.known.goes_through_layers(networks, student.MLP)


def _images(keys, count: int) -> torch.Tensor:
    """Return the same *count* random images whenever this check asks for them."""
    return noise.normal(keys.images, count, 1, 28, 28).float()
