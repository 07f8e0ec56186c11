"""Public checks of the function: what may and what may not happen between an image and its logits."""

import pytest
import torch

from grader.checks import expect
from grader.datasets import noise


@pytest.mark.check(points=2, exercise="function")
def test_logits_are_not_probabilities(student, keys, shared):
    """The output is not normalised: its rows are not probabilities, nor logarithms of probabilities."""
    expect.network.not_normalised(_logits(student, keys, 0))
    expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)


@pytest.mark.check(points=1, exercise="function")
def test_logits_of_both_signs(student, keys, shared):
    """The logits may be negative and positive."""
    expect.network.both_signs(torch.cat([_logits(student, keys, number) for number in range(2)]))
    expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)


@pytest.mark.check(points=2, exercise="function")
def test_images_do_not_mix(student, keys, shared):
    """The logits of an image depend on that image alone, in training mode too."""
    for training in (False, True):
        for row in (0, 2):
            model = student.NaiveConvNet()
            expect.network.logits(model.run(_noise(keys, 3)).output, 3, 10)
            expect.network.independent_images(model, _noise(keys, 3), 10, row=row, keys=keys, training=training)
    expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)


@pytest.mark.check(points=1, exercise="function")
def test_same_in_both_modes(student, keys, shared):
    """The network computes the same in training and in evaluation mode."""
    model = student.NaiveConvNet()
    evaluating = model.run(_noise(keys, 3), weights=keys.weights).output
    training = model.run(_noise(keys, 3), weights=keys.weights, training=True).output
    expect.network.logits(evaluating, 3, 10)
    expect.network.logits(training, 3, 10)
    apart = ((training - evaluating).norm() / evaluating.norm().clamp_min(1e-12)).item()
    expect.that(
        apart < 1e-4,
        "the same images with the same weights get other logits in training mode",
        received=f"{apart:.2g} away, relative to their size",
        hint="which layers know the mode that the network is in? Is one of them on the slide?",
    )
    expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)


def _noise(keys, count: int) -> torch.Tensor:
    """Return the same *count* random images whenever this check asks for them."""
    return noise.uniform(keys.images, count, 1, 28, 28)


def _logits(student, keys, number: int) -> torch.Tensor:
    logits = student.NaiveConvNet().run(_noise(keys, 4), weights=keys.weights.derive(number)).output
    expect.network.logits(logits, 4, 10)
    return logits
