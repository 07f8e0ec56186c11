"""A network that an edit made of a right one is explained by that edit, and one that no edit makes by nothing."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest
from small_networks import ASKED, EDITS, NORMALISED, SIDE, Explain

from grader.checks.architectures import built_network
from grader.checks.architectures.edits import Edit, Layers
from grader.checks.architectures.networks import rows
from grader.checks.architectures.table import Network


def written(layers: Layers, asked: Network = ASKED) -> str:
    """Return a submission whose network is a table."""
    table = rows(replace(asked, layers=layers), SIDE)
    classes = "tuple((*row[:2], num_classes, *row[3:]) if i == LAST else row for i, row in enumerate(ROWS))"
    last = max(i for i, layer in enumerate(layers) if layer.kind == "linear")
    return (
        f"{inspect.getsource(built_network)}\n\nROWS, LAST = {table!r}, {last}\n\n\n"
        f"class Net(Network):\n    def __init__(self, num_classes=10):\n        super().__init__({classes})\n"
    )


@pytest.mark.parametrize(
    ("asked", "edit"), EDITS, ids=[f"{edit.name}-{number}" for number, (_asked, edit) in enumerate(EDITS)]
)
def test_what_an_edit_made_is_explained_by_it(explain: Explain, asked: Network, edit: Edit) -> None:
    """The mistake that was made is named, with the difference in words."""
    found = explain(written(edit.layers, asked), asked)

    assert found is not None, edit.difference
    assert (found.name, edit.difference in found.hint) == (edit.name, True), found.hint


STYLED = """
import torch
from torch import nn
from torch.nn import functional as F

class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.body = nn.ModuleList(nn.Conv2d(inputs, 6, 3, padding=1) for inputs in (4, 6))
        self.head = nn.ParameterList(nn.Parameter(torch.randn(*size) / 10) for size in ((12, 96), (12, 12), (num_classes, 12)))
        self.biases = nn.ParameterList(nn.Parameter(torch.zeros(size)) for size in (12, 12, num_classes))

    def forward(self, images):
        maps = F.max_pool2d(self.stem(images), 2).clamp(min=0)
        for layer in self.body:
            maps = F.relu(layer(maps))
        values = F.max_pool2d(maps, 3, 2).reshape(len(maps), -1)
        for weights, bias in zip(self.head[:2], self.biases[:2]):
            values = torch.relu(values @ weights.T + bias)
        return values @ self.head[2].T + self.biases[2]
"""


def test_a_right_network_has_no_mistake(explain: Explain) -> None:
    """Nothing is claimed of what computes the same, however it is written."""
    assert explain(STYLED) is None


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ([("F.relu(layer(maps))", "layer(maps).sigmoid()")], ("sigmoid_instead_of_relu",)),
        ([("len(maps), -1)", "-1, len(maps)).T")], ("flatten_mixes_images",)),
        ([("+ self.biases[2]", "+ self.biases[2] - values.sum()")], ()),
        (
            [("F.max_pool2d(maps, 3, 2)", "F.avg_pool2d(maps, 3, 2)"), ("+ self.biases[2]", "+ self.biases[2].relu()")],
            (),
        ),
        (
            [("F.max_pool2d(maps, 3, 2)", "F.avg_pool2d(maps, 3, 2)"), ("return values", "return -1 * 0 + values")],
            ("average_pooling",),
        ),
        (
            [("F.max_pool2d(maps, 3, 2)", "F.avg_pool2d(maps, 3, 2)"), ("images), 2)", "images / 255), 2)")],
            ("average_pooling", "divides_the_images"),
        ),
    ],
    ids=["every-sigmoid", "mixed", "unknown", "one-of-two-unknown", "harmless-besides", "two"],
)
def test_mistakes_in_another_style(explain: Explain, changes: list[tuple[str, str]], names: tuple[str, ...]) -> None:
    """One or two mistakes are found behind a style that shows few of its layers; what no edit makes is not guessed at."""
    source = STYLED
    for before, after in changes:
        assert before in source
        source = source.replace(before, after)
    found = explain(source)

    assert (found is not None and found.name in names) if names else found is None, found
    if len(names) == 2:
        assert found is not None
        assert ", and " in found.hint


@pytest.mark.parametrize(
    ("numbers", "told"),
    [("5, 1e-5, 0.75, 2", True), ("3, 1e-5, 0.75, 2", False), ("5, 1.4e-5, 0.75, 2", False)],
    ids=["one-number", "two-numbers", "a-number-nearby"],
)
def test_numbers_of_a_normalisation_are_told_from_those_nearby(explain: Explain, numbers: str, told: bool) -> None:
    """Where alpha is so small that usual images hardly show it, no other normalisation is named."""
    net = f"""
import torch
from torch import nn


class Net(nn.Sequential):
    def __init__(self, num_classes=10):
        super().__init__(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.LocalResponseNorm({numbers}), nn.MaxPool2d(2),
            nn.Conv2d(4, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(9), nn.Flatten(), nn.Linear(6, num_classes),
        )
"""
    found = explain(net, NORMALISED)

    assert (found is not None) == told, found
    assert found is None or f"nn.LocalResponseNorm({numbers.split(',')[0]}, alpha=1e-05" in found.hint


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("self.stem.requires_grad_(False)", "parameters_are_frozen"),
        ("nn.init.zeros_(self.stem.weight)", "initial_weights_are_zero"),
        ("nn.init.constant_(self.stem.weight, 0.1)", "initial_weights_are_all_the_same"),
        ("nn.init.normal_(self.stem.weight, std=9)", "initial_weights_too_large"),
        ("nn.init.normal_(self.stem.weight, std=1e-4)", "initial_weights_too_small"),
    ],
)
def test_what_weights_hold_is_explained(explain: Explain, line: str, name: str) -> None:
    """A right network that cannot learn is explained by its initial values, or by what may not change."""
    found = explain(STYLED.replace("    def forward", f"        {line}\n\n    def forward"))

    assert found is not None
    assert found.name == name


def test_layers_in_a_list_and_anew_are_explained(explain: Explain) -> None:
    """Weights that torch does not know of are told from those of layers that are made whenever the network runs."""
    listed = explain(STYLED.replace("nn.ModuleList(", "list("))
    anew = explain(
        STYLED.replace("layer(maps)", "nn.Conv2d(maps.shape[1], 6, 3, padding=1)(maps)")
        .replace("in self.body", "in (0, 1)")
        .replace("(4, 6))", "())")
    )

    assert listed is not None
    assert (listed.name, "body.0.weight" in listed.hint) == ("layers_are_not_registered", True)
    assert anew is not None
    assert anew.name == "layers_are_not_registered"
