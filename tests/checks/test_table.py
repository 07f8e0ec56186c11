"""Tables of layers: what they say of a network is what torch makes of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import astuple
from pathlib import Path

import pytest
import torch

from grader.checks.architectures import networks as known_networks
from grader.checks.architectures.built_network import Network as Built
from grader.checks.architectures.table import Layer, Network, parse, table_of
from grader.errors import AssignmentError

COURSE = Path(__file__).parents[2]
KNOWN = known_networks.load(COURSE / "assignments" / "alexnet_vgg16" / "networks.py", ())


def network(table: str, side: int = 32) -> Network:
    """A network of this table."""
    return Network(name="any", title="any", module="Any", family="any", sides=(side,), layers=parse(table))


def built(known: Network, side: int) -> Built:
    """The module of a table, on no device at all."""
    rows = []
    for step in known.steps(side):
        kind, size, *rest, _inputs, mode, towers = astuple(step.layer)
        rows.append((kind, step.before, step.shape[0] if kind == "linear" else size, *rest, mode, towers))
    with torch.device("meta"):
        return Built(tuple(rows))


def test_layers_are_read() -> None:
    """Every option of a layer arrives in its field."""
    assert parse("conv 64 11/4 p2 g2 nobias, conv 8 3, maxpool 3/2, linear classes, lrn 2, relu") == (
        Layer(kind="conv", size=64, kernel=11, stride=4, padding=2, groups=2, bias=False),
        Layer(kind="conv", size=8, kernel=3, stride=1),
        Layer(kind="maxpool", kernel=3, stride=2),
        Layer(kind="linear"),
        Layer(kind="lrn", size=2),
        Layer(kind="relu"),
    )


@pytest.mark.parametrize(
    "text",
    [
        *("", "convolution 3", "conv 3", "conv a 3", "conv 3 3 q1", "conv 3 3 p1 p", "relu 3", "linear", "linear many"),
        *("maxpool 3", "maxpool 3/2/1", "lrn", "flatten 1"),
    ],
)
def test_what_is_no_layer_is_named(text: str) -> None:
    """The text of the layer is in the message."""
    if not text:
        assert parse("") == ()
        return
    with pytest.raises(AssignmentError, match=re.escape(f"layer {text!r} of a network: not a layer")):
        parse(text)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{known.module}-{known.name}")
def test_parameters_and_shapes_are_those_of_torch(known: Network) -> None:
    """For every known network and side, arithmetic and torch's modules agree on each shape and on all parameters."""
    for side in known.sides:
        module = built(known, side)
        images = torch.zeros(2, 3, side, side, device="meta")
        for step, layer in zip(known.steps(side), module.layers, strict=True):
            images = layer.eval()(images)
            assert tuple(images.shape) == (2, *step.shape), step
        assert table_of(iter(tuple(value.shape) for value in module.parameters())) == known.table()


@pytest.mark.parametrize(
    ("module", "name", "count"),
    [
        ("AlexNet", "torchvision_padding_2", 57_044_810),
        ("AlexNet", "two_groups_padding_0", 56_909_194),
        ("AlexNet", "one_tower_padding_0", 58_322_314),
        ("VGG16", "vgg16_config_d", 134_301_514),
        ("VGG16", "vgg16_config_d_bn_before_relu_bias", 134_309_962),
        ("VGG16", "vgg16_config_b", 128_991_818),
        ("VGG16", "vgg16_config_e", 139_611_210),
        ("VGG16", "vgg16_config_c", 129_582_922),
        ("VGG16", "cifar_vgg_d_short_head", 14_719_818),
        ("VGG16", "cifar_vgg_d_narrow_head", 15_245_130),
        ("VGG16", "cifar_vgg_d_wide_head", 33_638_218),
    ],
)
def test_published_counts(module: str, name: str, count: int) -> None:
    """The well-known numbers of parameters for ten classes come out."""
    (known,) = (one for one in KNOWN if (one.module, one.name) == (module, name))

    assert sum(rows * columns * often for (rows, columns), often in known.table().items()) == count
    more = known.table(classes=100)
    last = known.steps(known.sides[0])[-1].before[0]
    assert sum(rows * columns * often for (rows, columns), often in more.items()) == count + 90 * (last + 1)


def test_a_table_ends_where_it_does_not_fit() -> None:
    """A window larger than the map, or a linear layer on a map, is where the steps end."""
    assert len(network("maxpool 2/2, maxpool 20/1, flatten").steps(32)) == 1
    assert len(network("conv 4 3, linear 3").steps(32)) == 1
    assert not network("conv 4 3, linear 3").fits(32)
    assert network("conv 4 3, flatten, linear classes").fits(32)


def test_sizes_are_blind_to_names_and_to_conv_for_linear() -> None:
    """A kernel that covers the whole map counts as the linear layer that it is; a number alone is 1 x 1."""
    assert table_of(iter([(8, 4, 3, 3), (8, 36), (8,), ()])) == Counter({(8, 36): 2, (8, 1): 1, (1, 1): 1})
