"""Public checks of the parameters: how many there are, and to which layers they belong."""

from collections import Counter

import pytest

from grader.checks import expect

LAYERS = {
    "the first convolution": ((64, 9), (64, 1)),
    "the second convolution": ((128, 64 * 9), (128, 1)),
    "the third convolution": ((256, 128 * 9), (256, 1)),
    "the first linear layer": ((128, 256), (128, 1)),
    "the last linear layer": ((10, 128), (10, 1)),
}
"""(outputs, inputs of each) of the weights, then of the biases: a 1x1 convolution counts as linear."""


@pytest.mark.check(points=1, exercise="parameters")
def test_number_of_parameters(student):
    """The network has 403,850 parameters."""
    received = sum(parameter.count for parameter in _parameters(student))
    expect.that(
        received == 403_850,
        "the number of parameters is wrong",
        received=f"{received:,}",
        expected="403,850",
        hint="the handout counts them layer by layer: which layer is the first that you count differently?",
    )


@pytest.mark.check(points=3, exercise="parameters")
def test_parameters_of_every_layer(student):
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


def _parameters(student):
    """Return the parameters of a network that has seen an image: lazy layers are empty until then."""
    model = student.NaiveConvNet()
    model.output_shape((2, 1, 28, 28))
    return model.parameters


def _listing(parameters) -> str:
    return ", ".join(f"{parameter.name} {parameter.shape}" for parameter in parameters)


def _rows_and_columns(shape: tuple[int, ...]) -> tuple[int, int]:
    rows, columns = (shape[0] if shape else 1), 1
    for side in shape[1:]:
        columns *= side
    return rows, columns
