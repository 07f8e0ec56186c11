"""Hidden checks of VGG16: it is one of the published networks under weights that nobody knew before."""

import pytest

from grader.checks import expect


@pytest.mark.check(points=6, exercise="vgg16")
def test_vgg16_same_function(student, networks):
    """With the same weights in every layer, its logits and the gradient of the images are those of a published VGG16."""
    expect.known.same_function(networks, student.VGG16)


@pytest.mark.check(points=2, exercise="vgg16")
def test_vgg16_same_in_training(student, networks):
    """So are its logits in training mode, apart from dropout."""
    expect.known.same_in_training(networks, student.VGG16)
