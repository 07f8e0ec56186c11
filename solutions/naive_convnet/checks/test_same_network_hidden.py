"""Hidden checks of the function: it is the reference's under weights that nobody knew before."""

import pytest
import torch

from grader import expect

HINT = "go through your forward pass beside the slide: is a step missing, added, or another one?"


@pytest.mark.check(points=4, exercise="function")
def test_same_output(student, reference, grading_seed):
    """With the same weights in every layer, the network computes the logits of the network on the slide."""
    for seed in (grading_seed + 1, grading_seed + 2):
        images = _images(seed)
        received = student.NaiveConvNet().run(images, weights_seed=seed).output
        expected = reference.NaiveConvNet().run(images, weights_seed=seed).output
        expect.same_function(received, expected, hint=HINT)


@pytest.mark.check(points=3, exercise="function")
def test_same_input_gradient(student, reference, grading_seed):
    """With the same weights in every layer, each pixel matters as much as in the network on the slide."""
    seed = grading_seed + 3
    received = _backward(student, seed, training=False)
    expected = _backward(reference, seed, training=False)
    expect.same_function(
        received.input_gradient,
        expected.input_gradient,
        what="gradient of the images",
        hint="the loss should reach the images through every step of your forward pass; " + HINT,
    )


@pytest.mark.check(points=2, exercise="training")
def test_same_weight_gradients(student, reference, grading_seed):
    """With the same weights in every layer, training would change them as in the network on the slide."""
    seed = grading_seed + 4
    received = _norms(_backward(student, seed, training=True))
    expected = _norms(_backward(reference, seed, training=True))
    expect.that(
        len(received) == len(expected),
        "not as many parameters receive a gradient as in the network on the slide",
        received=len(received),
        expected=len(expected),
        hint="which parameters are frozen, unused, or too many?",
    )
    for (name, norm), (_, ours) in zip(received, expected, strict=True):
        expect.that(
            abs(norm - ours) <= 1e-3 * ours,  # false for NaN
            f"in training mode the gradient of `{name}` has the wrong size",
            received=f"{norm:.4g}",
            expected=f"{ours:.4g}",
            hint="does something in your network change gradients, or behave in another way while it trains?",
        )


def _backward(code, seed: int, *, training: bool):
    """Return a run with gradients, after making sure that the output has the right shape."""
    images = _images(seed)
    upstream = torch.randn(3, 10, generator=torch.Generator().manual_seed(seed + 1))
    model = code.NaiveConvNet()
    shape = tuple(model.run(images).output.shape)
    expect.that(shape == (3, 10), "the output has the wrong shape", received=shape, expected=(3, 10))
    return model.run(images, weights_seed=seed, training=training, gradients="all", upstream=upstream)


def _norms(run) -> list[tuple[str, float]]:
    """Return the name and norm of every gradient, smallest first: names and order are a matter of style."""
    return sorted(run.gradient_norms.items(), key=lambda pair: pair[1])


def _images(seed: int) -> torch.Tensor:
    return torch.randn(3, 1, 28, 28, generator=torch.Generator().manual_seed(seed))
