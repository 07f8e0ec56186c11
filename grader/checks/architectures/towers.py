"""
Known networks whose layers are written as several of equal size beside each other, as in the two towers of AlexNet's paper.

A layer in groups is then as many layers, of which each takes its part of the channels; one without groups is two layers that take
all of them.  Both compute what one layer does, with other parameters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from grader.checks.architectures.table import Layer, Network, Table

_TOWERS = 2
"""Of a layer without groups, as in the paper."""


def in_towers(networks: tuple[Network, ...], table: Table, classes: int) -> Iterator[Network]:
    """
    Yield those of *networks* that have the parameters of *table* once some layers are in towers.

    Local response normalisation goes over the channels of all towers or over those of one, so that some have two forms.
    """
    for network in networks:
        layers = _divided(network, table, classes)
        if layers is None:
            continue
        yield replace(network, layers=layers)
        if any(layer.kind.startswith("lrn") for layer in layers):
            yield replace(network, layers=tuple(map(_normalised_apart, layers)))


def _divided(network: Network, table: Table, classes: int) -> tuple[Layer, ...] | None:
    """Return the layers, in towers where *table* has no parameters for the whole; None if it still has other parameters."""
    missing = network.table(classes) - table
    if not missing:
        return None
    steps = network.steps(network.sides[0], classes)
    weights = Counter(step.parameters[0] for step in steps if step.layer.has_weights)
    layers = []
    for step in steps:
        layer = step.layer
        if layer.has_weights and missing[step.parameters[0]] == weights[step.parameters[0]]:
            towers = layer.groups if layer.groups > 1 else _TOWERS
            if step.shape[0] % towers == 0:
                layer = replace(layer, towers=towers)
        layers.append(layer)
    divided = tuple(layers)
    return divided if replace(network, layers=divided).table(classes) == table else None


def _normalised_apart(layer: Layer) -> Layer:
    return replace(layer, groups=_TOWERS) if layer.kind.startswith("lrn") else layer
