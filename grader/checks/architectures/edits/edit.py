"""
What an edit of a table is, and the words for places in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from grader.checks.architectures.structure import ordinal
from grader.checks.architectures.table import Layer

Layers = tuple[Layer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What is known of a submission's network, so that only plausible edits are tried."""

    kinds: frozenset[str]
    """Of the steps that its trace shows."""
    rows: tuple[int, ...]
    """Units and filters of its parameters."""
    columns: tuple[int, ...]
    """Numbers that each unit of them is multiplied with."""
    pairs: tuple[tuple[int, int, bool], ...]
    """Units and inputs of weights that are too many, and whether there are as many biases."""
    probabilities: tuple[float, ...]
    """Of its dropouts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A table with one mistake."""

    name: str
    """Of the mistake."""
    difference: str
    """Says what the wrong network has, after "it is the handout's, but"."""
    question: str
    """Leads to the mistake, without the correction."""
    layers: Layers


Operator = Callable[[Layers, Clues], Iterator[Edit]]


def indices_of(layers: Layers, *kinds: str) -> list[int]:
    """Return where layers of these kinds are."""
    return [i for i, layer in enumerate(layers) if layer.kind in kinds]


def without(layers: Layers, *positions: int) -> Layers:
    """Return a table without some layers."""
    return tuple(layer for i, layer in enumerate(layers) if i not in positions)


def inserted(layers: Layers, place: int, *added: Layer) -> Layers:
    """Return a table with other layers before the one at *place*."""
    return (*layers[:place], *added, *layers[place:])


def changed(layers: Layers, *positions: int, **fields: object) -> Layers:
    """Return a table in which fields of some layers have other values."""
    return tuple(replace(layer, **fields) if i in positions else layer for i, layer in enumerate(layers))  # type: ignore[arg-type]


def first_flat(layers: Layers) -> int:
    """Return where the maps are flattened; the end of a table where they never are."""
    return next((i for i, layer in enumerate(layers) if layer.kind.startswith("flatten")), len(layers))


def free(layer: Layer) -> Layer:
    """Return a layer that takes as many channels or features as come."""
    return replace(layer, inputs=0)


def the(layers: Layers, place: int) -> str:
    """Name a convolution, a linear layer or a pooling: "the second convolution"."""
    kind = layers[place].kind
    if kind == "conv":
        return f"the {ordinal(len(indices_of(layers[: place + 1], 'conv')))} convolution"
    if kind == "linear":
        return f"the {ordinal(len(indices_of(layers[: place + 1], 'linear')))} linear layer"
    if kind in ("maxpool", "avgpool"):
        return f"the {ordinal(len(indices_of(layers[: place + 1], 'maxpool', 'avgpool')))} pooling"
    return f"the step {after(layers, place)}"


def after(layers: Layers, place: int) -> str:
    """Say where a step is: "after the second convolution"."""
    weighted = indices_of(layers[:place], "conv", "linear")
    return f"after {the(layers, weighted[-1])}" if weighted else "at the start"
