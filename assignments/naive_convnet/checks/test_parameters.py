"""
Public checks of the parameters: how many there are, and to which layers they belong.

A parameter counts if its numbers matter: under random weights, other numbers in it give other logits.
"""

from collections import Counter

import pytest
import torch

from grader.checks import expect
from grader.checks.architectures.influence import LayerSize, telling_images

LAYERS = {
    "the first convolution": ((64, 9), (64, 1)),
    "the second convolution": ((128, 64 * 9), (128, 1)),
    "the third convolution": ((256, 128 * 9), (256, 1)),
    "the first linear layer": ((128, 256), (128, 1)),
    "the last linear layer": ((10, 128), (10, 1)),
}
"""(outputs, inputs of each) of the weights, then of the biases: a 1x1 convolution counts as linear."""

CHAIN = (
    LayerSize(units=64, inputs=1, positions=9),
    LayerSize(units=128, inputs=64, positions=9),
    LayerSize(units=256, inputs=128, positions=9),
    LayerSize(units=128, inputs=256),
    LayerSize(units=10, inputs=128),
)


@pytest.mark.check(points=1, exercise="parameters")
def test_number_of_parameters(student, keys, shared):
    """The network has 403,850 parameters."""
    received = sum(parameter.count for parameter in _parameters(student))
    if received == 403_850:
        _all_count(student, keys, shared)
    expect.that(
        received == 403_850,
        "the number of parameters is wrong",
        received=f"{received:,}",
        expected="403,850",
        hint="the handout counts them layer by layer: which layer is the first that you count differently?",
    )


@pytest.mark.check(points=3, exercise="parameters")
def test_parameters_of_every_layer(student, keys, shared):
    """Every layer has the weights and the biases that the handout counts, and nothing else has parameters."""
    table = _parameters(student)
    spare = Counter(_rows_and_columns(parameter.shape) for parameter in table)
    listing = _listing(table) or "no parameters at all"
    for layer, (weights, biases) in LAYERS.items():
        for what, size in (("weights", weights), ("biases", biases)):
            expect.that(
                spare[size] > 0,
                f"the {what} of {layer} are not among your parameters",
                expected=f"{size[0]} x {size[1]} {what}" if what == "weights" else f"{size[0]} biases",
                received=listing,
                hint="print the name and shape of each parameter: a layer that is absent is not registered",
            )
            spare[size] -= 1
    extra = [parameter for parameter in table if spare[_rows_and_columns(parameter.shape)] > 0]
    expect.that(
        not extra,
        "there are parameters that belong to no layer of the slide",
        received=_listing(extra),
        hint="poolings and activations learn nothing: which layer of yours is not on the slide?",
    )
    _all_count(student, keys, shared)
    expect.network.layers_follow(student.NaiveConvNet(), _images(keys)[:1], CHAIN, keys)


def _parameters(student):
    """Return the parameters of a network that has seen an image: lazy layers are empty until then."""
    model = student.NaiveConvNet()
    model.output_shape((2, 1, 28, 28))
    return model.parameters


def _all_count(student, keys, shared) -> None:
    """Require that the numbers in every parameter matter."""
    model = student.NaiveConvNet()
    counting = expect.network.parameters_count(model, _images(keys), keys)
    idle = [parameter for parameter in model.parameters if parameter not in counting]
    expect.that(
        not idle,
        "there are parameters that do nothing for the images: other numbers in them change nothing, or the same for all images",
        received=_listing(idle),
        hint="through which layers does an image go in `forward`, and what is only there?",
    )
    expect.network.goes_through_layers(student.NaiveConvNet, 1, 28, shared)


def _images(keys) -> torch.Tensor:
    return telling_images(keys.images, 4, 1, 28)


def _listing(parameters) -> str:
    return ", ".join(f"{parameter.name} {parameter.shape}" for parameter in parameters)


def _rows_and_columns(shape: tuple[int, ...]) -> tuple[int, int]:
    rows, columns = (shape[0] if shape else 1), 1
    for side in shape[1:]:
        columns *= side
    return rows, columns
