"""Hidden checks of the networks: they are those of the handout under weights that nobody knew before."""

import pytest

from grader.checks import expect


@pytest.mark.check(points=2, exercise="linear")
def test_linear_same_function(student, networks):
    """With the same weights, the linear classifier computes the logits of the handout's, and passes on the same gradient."""
    expect.known.same_function(networks, student.LinearClassifier)


@pytest.mark.check(points=4, exercise="mlp")
def test_mlp_same_function(student, networks):
    """With the same weights in every layer, the MLP computes the logits of the handout's, and passes on the same gradient."""
    expect.known.same_function(networks, student.MLP)


@pytest.mark.check(points=3, exercise="cifar_mlp")
def test_cifar_mlp_same_function(student, networks):
    """With the same weights in every layer, CifarMLP computes the logits of the handout's, and passes on the same gradient."""
    expect.known.same_function(networks, student.CifarMLP)
