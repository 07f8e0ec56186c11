"""Hidden checks of the function: it is the reference's under weights that nobody knew before."""

import pytest
import torch

from grader.checks import expect
from grader.datasets import noise

HINT = "go through your forward pass beside the slide: is a step missing, added, or another one?"
DRAWS = 3
"""Of weights: rounding may turn a unit off in one of them."""


@pytest.mark.check(points=4, exercise="function")
def test_same_output(student, reference, keys):
    """With the same weights in every layer, the network computes the logits of the network on the slide."""
    for number in range(2):
        images, weights = _images(keys.images.derive(number)), keys.weights.derive(number)
        images = images * 8**number  # in bright ones an activation shows that bends large numbers alone, as ReLU6
        received = student.NaiveConvNet().run(images, weights=weights).output
        expected = reference.NaiveConvNet().run(images, weights=weights).output
        expect.same_function(received, expected, hint=HINT)


@pytest.mark.check(points=3, exercise="function")
def test_same_input_gradient(student, reference, keys):
    """With the same weights in every layer, each pixel matters as much as in the network on the slide."""
    expect.same_gradient(
        (
            tuple(_backward(code, keys, number, training=False).input_gradient for code in (student, reference))
            for number in range(DRAWS)
        ),
        hint="the loss should reach the images through every step of your forward pass; " + HINT,
    )


@pytest.mark.check(points=2, exercise="training")
def test_same_weight_gradients(student, reference, keys):
    """With the same weights in every layer, training would change them as in the network on the slide."""
    received = _norms(_backward(student, keys, 0, training=True))
    expected = _norms(_backward(reference, keys, 0, training=True))
    expect.that(
        len(received) == len(expected),
        "not as many parameters receive a gradient as in the network on the slide",
        received=len(received),
        expected=len(expected),
        hint="which parameters are frozen, unused, or too many?",
    )
    for (name, norm), (_, own) in zip(received, expected, strict=True):
        expect.that(
            abs(norm - own) <= 1e-3 * own,  # false for NaN
            f"in training mode the gradient of `{name}` has the wrong size",
            received=f"{norm:.4g}",
            expected=f"{own:.4g}",
            hint="does something in your network change gradients, or behave in another way while it trains?",
        )


def _backward(code, keys, number: int, *, training: bool):
    """Return a run with gradients, after making sure that the output has the right shape."""
    images = _images(keys.images.derive(number))
    upstream = noise.normal(keys.images.derive(number, "upstream"), 3, 10).float()
    model = code.NaiveConvNet()
    shape = tuple(model.run(images).output.shape)
    expect.that(shape == (3, 10), "the output has the wrong shape", received=shape, expected=(3, 10))
    return model.run(images, weights=keys.weights.derive(number), training=training, gradients="all", upstream=upstream)


def _norms(run) -> list[tuple[str, float]]:
    """Return the name and norm of every gradient, smallest first: names and order are a matter of style."""
    return sorted(run.gradient_norms.items(), key=lambda pair: pair[1])


def _images(key) -> torch.Tensor:
    return noise.normal(key, 3, 1, 28, 28).float()
