"""A layer in towers computes what it computes whole, and a table is found in towers by its parameters alone."""

from __future__ import annotations

from collections import Counter

import pytest
import torch
from torch import nn

from grader.checks.architectures.built_network import Network as Built
from grader.checks.architectures.networks import rows
from grader.checks.architectures.structure import Seen, steps_of_network
from grader.checks.architectures.table import Network, parse
from grader.checks.architectures.towers import in_towers

SIDE = 8


def network(table: str) -> Network:
    return Network(name="known", title="", module="", family="", sides=(SIDE,), layers=parse(table))


def built(one: Network) -> Built:
    torch.manual_seed(3)
    return Built(rows(one, SIDE)).eval()


WHOLE = network(
    "conv 4 3 p1, relu, conv 6 3 p1 g2, relu, maxpool 2/2, conv 8 3 p1, relu, flatten, linear 10, linear classes"
)
PARTS = Counter(
    {(2, 27): 2, (2, 1): 2, (3, 18): 2, (3, 1): 2, (4, 54): 2, (4, 1): 2, (10, 128): 1, (10, 10): 1, (10, 1): 2}
)
"""The parameters of `WHOLE` with all convolutions in two towers."""


def test_a_table_in_towers_has_their_parameters() -> None:
    """Convolutions whose parameters are missing are halved; other layers stay whole, and the shapes do."""
    (found,) = in_towers((WHOLE,), PARTS, 10)

    assert found.table() == PARTS
    assert [step.layer.towers for step in found.steps(SIDE) if step.layer.has_weights] == [2, 2, 2, 1, 1]
    assert [step.shape for step in found.steps(SIDE)] == [step.shape for step in WHOLE.steps(SIDE)]


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(WHOLE.table(), id="whole"),
        pytest.param(PARTS + Counter({(2, 27): 1}), id="one-more"),
        pytest.param(PARTS - Counter({(4, 1): 1}), id="one-bias-less"),
    ],
)
def test_other_parameters_are_no_towers(table: Counter[tuple[int, int]]) -> None:
    """Nothing is found where a network has the parameters as it is, or has others."""
    assert list(in_towers((WHOLE,), table, 10)) == []


def test_towers_compute_what_the_whole_does() -> None:
    """With the weights of the parts one below the other, a layer in groups or not gives the same, as its gradient does."""
    (found,) = in_towers((WHOLE,), PARTS, 10)
    parts, whole = built(found), built(WHOLE)
    halves = [[p for p in layer.parameters() if p.dim() > 1] for layer in parts.layers]
    biases = [[p for p in layer.parameters() if p.dim() == 1] for layer in parts.layers]
    for layer, weights, bias in zip(whole.layers, halves, biases, strict=True):
        if isinstance(layer, nn.Conv2d | nn.Linear):
            assert layer.bias is not None
            layer.weight.data, layer.bias.data = torch.cat(weights), torch.cat(bias)
    images = torch.randn(2, 3, SIDE, SIDE)
    one, other = images.clone().requires_grad_(), images.clone().requires_grad_()

    received, expected = parts(one), whole(other)
    received.sum().backward()
    expected.sum().backward()

    torch.testing.assert_close(received, expected)
    assert one.grad is not None
    assert other.grad is not None
    torch.testing.assert_close(one.grad, other.grad)


def test_normalisation_goes_over_all_channels_or_over_those_of_a_tower() -> None:
    """Both are found, and the second is what each half gives for itself."""
    known = network("conv 8 3 p1, lrn 1, flatten, linear classes")
    table = Counter({(4, 27): 2, (4, 1): 2, (10, 512): 1, (10, 1): 1})

    over_all, apart = in_towers((known,), table, 10)

    maps = torch.randn(2, 8, SIDE, SIDE).mul(20)
    norm = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1)
    torch.testing.assert_close(built(over_all).layers[1](maps), norm(maps))
    halves = torch.cat([norm(maps[:, :4]), norm(maps[:, 4:])], 1)
    assert not torch.allclose(halves, norm(maps))
    torch.testing.assert_close(built(apart).layers[1](maps), halves)


def test_the_steps_of_towers_are_those_of_one() -> None:
    """Shapes are halved up to where towers meet."""
    (found,) = in_towers((WHOLE,), PARTS, 10)

    steps = steps_of_network(found, SIDE, 10)

    assert steps[:4] == (
        Seen(kind="conv", shape=(2, 8, 8)),
        Seen(kind="relu", shape=(2, 8, 8)),
        Seen(kind="conv", shape=(3, 8, 8)),
        Seen(kind="relu", shape=(3, 8, 8)),
    )
    assert steps[-2:] == (Seen(kind="linear", shape=(10,)), Seen(kind="linear", shape=(10,)))
