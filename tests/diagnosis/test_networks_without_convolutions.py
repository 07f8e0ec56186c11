"""Mistakes in networks that have no convolution are found like those in others."""

from __future__ import annotations

import pytest
from small_networks import CLUES, SIDE, Explain

from grader.checks.architectures.edits import edits_of
from grader.checks.architectures.table import Network, parse

LINEAR, HIDDEN = (
    Network(name="flat", title="the flat net", module="Net", family="asked", sides=(SIDE,), layers=parse(layers))
    for layers in ("flatten, linear classes", "flatten, linear 12, relu, linear 8, relu, linear classes")
)
NO_RELU = f"""
from torch import nn


class Net(nn.Sequential):
    def __init__(self, num_classes=10):
        super().__init__(
            nn.Flatten(), nn.Linear({3 * SIDE * SIDE}, 12), nn.Linear(12, 8), nn.ReLU(), nn.Linear(8, num_classes)
        )
"""


@pytest.mark.parametrize("asked", [LINEAR, HIDDEN], ids=["linear", "hidden"])
def test_every_edit_of_a_table_without_convolutions_is_made(asked: Network) -> None:
    """None takes a convolution for granted; a first layer made for other inputs is a matter of flattening."""
    edits = list(edits_of(asked.made_for_its_images().layers, CLUES))

    assert {"softmax_at_the_end", "flatten_size_wrong"} <= {edit.name for edit in edits}
    assert all(edit.name != "images_have_other_channels" for edit in edits)


def test_a_mistake_in_a_network_without_convolutions_is_named(explain: Explain) -> None:
    """The one ReLU that is missing is found."""
    found = explain(NO_RELU, HIDDEN)

    assert found is not None
    assert found.name == "no_relu_between_linear_layers"
