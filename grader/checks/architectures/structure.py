"""
What a submission's network is made of, read from a trace of its operators: convolutions, activations, poolings, dropouts.

A trace is a claim of the worker, so it decides no points about the function that a network computes; it finds the words
for what is wrong, and the known network to compare with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from math import prod

from grader.checks.architectures.table import ACTIVATIONS, Layer, Network, Shape, Step, Table
from grader.proxy import Parameter, Stage

_KINDS = {
    **dict.fromkeys(("convolution", "_convolution", "mkldnn_convolution", "cudnn_convolution"), "conv"),
    **dict.fromkeys(("addmm", "mm", "linear", "bmm", "matmul", "mv"), "linear"),
    **dict.fromkeys(("relu", "relu_", "clamp_min", "clamp_min_", "clamp", "clamp_", "threshold", "hardtanh"), "relu"),
    **dict.fromkeys(("leaky_relu", "leaky_relu_"), "leaky_relu"),
    **dict.fromkeys(("sigmoid", "sigmoid_"), "sigmoid"),
    **dict.fromkeys(("tanh", "tanh_"), "tanh"),
    **dict.fromkeys(("elu", "elu_"), "elu"),
    **dict.fromkeys(("_prelu_kernel", "prelu"), "prelu"),
    "softplus": "softplus",
    **dict.fromkeys(("silu", "silu_"), "silu"),
    "gelu": "gelu",
    **dict.fromkeys(("max_pool2d_with_indices", "max_pool2d", "adaptive_max_pool2d"), "maxpool"),
    **dict.fromkeys(("avg_pool2d", "_adaptive_avg_pool2d", "adaptive_avg_pool2d", "mean"), "avgpool"),
    **dict.fromkeys(("native_batch_norm", "_native_batch_norm_legit_no_training", "cudnn_batch_norm"), "bn"),
    "_native_batch_norm_legit": "bn",
    "avg_pool3d": "lrn",  # how torch computes local response normalisation
    "native_layer_norm": "ln",
    "native_group_norm": "gn",
    **dict.fromkeys(("amax", "max"), "maxpool"),
    "argmax": "argmax",
    "_softmax": "softmax",
    "_log_softmax": "log_softmax",
    "dropout": "dropout",
}
_WORDS = {
    "conv": "a convolution to {}",
    "linear": "a linear layer to {}",
    **ACTIVATIONS,
    "maxpool": "a max pooling to {}",
    "avgpool": "an average pooling to {}",
    "bn": "a batch normalisation",
    "lrn": "a local response normalisation",
    "smoothing": "an average of neighbouring pixels",
    "ln": "a layer normalisation",
    "gn": "a group normalisation",
    "softmax": "a softmax",
    "log_softmax": "a log-softmax",
    "argmax": "the number of the best class",
}
_TRACED_AS = {
    "adaptive": "avgpool",
    "adaptive_max": "maxpool",
    "lrn_of_sum": "lrn",
    "lrn_within": "smoothing",  # the mean of its squares
    "instance": "bn",
    "bn_of_batch": "bn",
    "clamped": "relu",
    "relu6": "relu",
    "selu": "elu",
    "softmax_over_images": "softmax",
    "softmax_in_evaluation": "softmax",
    "log_softmax_in_evaluation": "log_softmax",
}
_STEPS_BEFORE, _STEPS_AFTER = 2, 2
"""That are drawn around the first one that differs."""
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One step of a forward pass: a kind of `grader.checks.architectures.table`, and its output shape for one image."""

    kind: str
    shape: Shape
    projection: float | None = field(default=None, compare=False)
    """That of the output, where it is known."""

    def __str__(self) -> str:
        """Write it for a reader."""
        return _WORDS.get(self.kind, self.kind).format(words(self.shape))

    @property
    def label(self) -> str:
        """Write it without articles: "convolution 64 x 27 x 27"."""
        return re.sub("^an? | to(?= )", "", str(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropout:
    """A dropout, and how many convolutions and linear layers come before it."""

    probability: float
    features: int
    """How many numbers of each image it gets."""
    convolutions: int
    linears: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """What is known of a network without its weights."""

    side: int
    """Height and width of the images that it was traced with."""
    channels: int
    classes: int
    """How many logits each image gets; ten are asked for, but that is a check of its own."""
    shapes: tuple[Shape, ...]
    """Output shape of every operator, for one image."""
    used_shapes: tuple[Shape, ...]
    """Of those on a way from the images to the logits."""
    steps: tuple[Seen, ...]
    """Those that a table names."""
    used_steps: tuple[Seen, ...]
    """Of those on a way from the images to the logits; all where nobody knows."""
    parameters: tuple[Parameter, ...]
    table: Table
    training_dropouts: tuple[Dropout, ...]
    evaluation_dropouts: tuple[Dropout, ...]

    @property
    def images(self) -> Shape:
        """Return the shape of one image, (C, H, W)."""
        return self.channels, self.side, self.side


def words(shape: Shape) -> str:
    """Write a shape for a reader: "64 x 27 x 27"."""
    return " x ".join(map(str, shape))


def ordinal(count: int) -> str:
    """Write 1 as "first"."""
    return _ORDINALS[count] if count < len(_ORDINALS) else f"{count}th"


def shapes_of(stages: Iterable[Stage], images: int) -> tuple[Shape, ...]:
    """Return the output shape of each stage for one image, without trailing ones: when those go is a matter of style."""
    return tuple(_for_one(stage.shape, images) for stage in stages)


def steps_of(stages: Sequence[Stage], images: int) -> tuple[Seen, ...]:
    """Return the steps of a forward pass; a ReLU after a max pooling counts as before it, which computes the same."""
    found: list[Seen] = []
    for stage in stages:
        shape, projection = _for_one(stage.shape, images), stage.projection
        if stage.operator == "maximum" and found and len(shape) == 3:
            _pool_by_hand(found, shape, projection)
        kind = _KINDS.get(stage.operator)
        if kind is None or kind == "dropout":
            continue
        if stage.operator in ("mean", "amax", "max") and prod(shape) <= 1:
            continue  # a statistic of the batch or of an image, no pooling
        if kind == "conv" and len(shape) == 1:
            kind = "linear"  # a head of convolutions
        if kind == "linear" and len(shape) > 1:
            continue  # part of a convolution that is written as a product
        if kind in ("maxpool", "avgpool") and len(shape) in (2, 4):
            continue  # part of a pooling that is written by hand, as one axis of its windows after the other
        if stage.operator == "avg_pool2d" and found and found[-1].shape == shape and len(shape) == 3:
            kind = "smoothing"  # no pooling, since the maps become no smaller
        if kind in ("lrn", "smoothing") and found:
            shape, projection = found[-1].shape, None
        if kind == "avgpool" and found and found[-1].shape == shape:
            continue  # an adaptive pooling that has nothing to do
        found.append(Seen(kind=kind, shape=shape, projection=projection))
    return ordered(found)


def _pool_by_hand(found: list[Seen], shape: Shape, projection: float | None) -> None:
    """Take the larger of two maps for a step of a max pooling, where it makes the maps smaller or goes on with one that did."""
    if len(found[-1].shape) == 3 and prod(shape) < prod(found[-1].shape):
        found.append(Seen(kind="maxpool", shape=shape, projection=projection))
    elif found[-1].kind == "maxpool" and found[-1].shape == shape:
        found[-1] = replace(found[-1], projection=projection)


def steps_of_network(network: Network, side: int, classes: int) -> tuple[Seen, ...]:
    """Return the steps of a table, to be compared with those of a trace."""
    return seen_of(network.layers, network.steps(side, classes))


def seen_of(layers: Sequence[Layer], steps: Iterable[Step]) -> tuple[Seen, ...]:
    """Return what a trace of a table's *steps* would show; of towers it shows what one of them gives."""
    found: list[Seen] = []
    towers = 1
    for step in steps:
        if step.layer.has_weights:
            towers = step.layer.towers
        elif step.layer.kind == "flatten":
            towers = 1
        shape = (step.shape[0] // towers, *step.shape[1:]) if step.shape else ()
        kind = layers[int(step.layer.size)].kind if step.layer.kind == "again" else step.layer.kind
        if kind == "standardise_channels":
            found.append(Seen(kind="avgpool", shape=shape[:1]))  # its mean
        kind = _TRACED_AS.get(kind, kind)
        if kind == "conv" and prod(shape[1:]) == 1:
            kind = "linear"  # as in a trace
        idle = kind == "avgpool" and found and found[-1].shape == shape
        if idle and step.layer.kind == "avgpool" and prod(shape[1:]) > 1:
            kind, idle = "smoothing", False
        if kind in _WORDS and not idle and not (kind == "linear" and len(shape) > 1):
            found.append(Seen(kind=kind, shape=_without_trailing_ones(shape)))
    return ordered(found)


def dropouts_of(stages: Sequence[Stage], images: int) -> tuple[Dropout, ...]:
    """Return the dropouts of a forward pass and where they are; one whose result nobody takes is none."""
    found = []
    convolutions = linears = 0
    for stage in stages:
        kind = _KINDS.get(stage.operator)
        flat = len(_for_one(stage.shape, images)) == 1
        convolutions += kind == "conv" and not flat
        linears += kind in ("linear", "conv") and flat
        if kind == "dropout" and stage.probability is not None and stage.used:
            features = prod(_for_one(stage.shape, images))
            found.append(
                Dropout(probability=stage.probability, features=features, convolutions=convolutions, linears=linears)
            )
    return tuple(found)


def similarity(structure: Structure, network: Network) -> float:
    """Return how much of the steps, of their kinds alone and of the parameters is the same, from 0 to 3."""
    received, expected = structure.steps, steps_of_network(network, _side_for(structure, network), structure.classes)
    common = structure.table & network.table(structure.classes)
    everything = structure.table | network.table(structure.classes)
    share = common.total() / max(everything.total(), 1)
    kinds = SequenceMatcher(
        None, [step.kind for step in received], [step.kind for step in expected], autojunk=False
    ).ratio()
    return SequenceMatcher(None, received, expected, autojunk=False).ratio() + kinds + share


def first_difference(structure: Structure, network: Network) -> str:
    """
    Say where the steps part, as the end of a sentence that names *network* before; "" if they do not.

    So it is if *network* has towers, whose steps a submission may take in many orders.
    """
    if _has_towers(network):
        return ""
    received, expected = structure.steps, steps_of_network(network, _side_for(structure, network), structure.classes)
    position = _where_they_part(received, expected)
    if position == len(received) == len(expected):
        return ""
    given = str(received[position]) if position < len(received) else "nothing more"
    asked = str(expected[position]) if position < len(expected) else "nothing more"
    return f"{_position(received[:position])} comes {given} where it has {asked}"


def beside(structure: Structure, network: Network) -> str:
    """Draw the steps around the first that differs, those of *network* to the right; "" where `first_difference` is so."""
    if _has_towers(network):
        return ""
    received, expected = structure.steps, steps_of_network(network, _side_for(structure, network), structure.classes)
    position = _where_they_part(received, expected)
    if position == len(received) == len(expected):
        return ""
    first, last = max(position - _STEPS_BEFORE, 0), position + 1 + _STEPS_AFTER
    left, right = ([step.label for step in steps[first:last]] for steps in (received, expected))
    more = ["..."] if first else []
    rows = [("yours", "", "asked for"), *((each, "", each) for each in more)]
    for number, (one, other) in enumerate(zip_longest(left, right, fillvalue="")):
        rows.append((one, "≠" if first + number == position else "", other))
    width = max(len(one) for one, _mark, _other in rows)
    return "\n".join(f"{one:<{width}}  {mark:1}  {other}".rstrip() for one, mark, other in rows)


def _has_towers(network: Network) -> bool:
    return any(layer.towers > 1 for layer in network.layers)


def _where_they_part(received: Sequence[Seen], expected: Sequence[Seen]) -> int:
    return next(
        (i for i, (one, other) in enumerate(zip(received, expected, strict=False)) if one != other),
        min(len(received), len(expected)),
    )


def starts_like(structure: Structure, network: Network) -> bool:
    """Return whether the steps up to where the submission's network raised are those of a table."""
    expected = steps_of_network(network, structure.side, structure.classes)
    return bool(structure.steps) and expected[: len(structure.steps)] == structure.steps


def _side_for(structure: Structure, network: Network) -> int:
    return structure.side if network.fits(structure.side) else network.sides[0]


def _position(before: Sequence[Seen]) -> str:
    weighted = [step for step in before if step.kind in ("conv", "linear")]
    if not weighted:
        return "at the start"
    last = weighted[-1]
    count = sum(step.kind == last.kind for step in weighted)
    name = "convolution" if last.kind == "conv" else "linear layer"
    between = [str(step) for step in before[before.index(last) + 1 :]] if before.count(last) == 1 else []
    return f"after the {ordinal(count)} {name}" + (f" and {' and '.join(between)}" if between else "")


def ordered(steps: Iterable[Seen]) -> tuple[Seen, ...]:
    """Return steps with each ReLU before the max pooling that it follows, which computes the same."""
    steps = list(steps)
    for end in range(1, len(steps)):
        i = end
        while i > 0 and steps[i].kind == "relu" and steps[i - 1].kind == "maxpool":
            before = steps[i - 2].shape if i > 1 else steps[i].shape
            steps[i - 1 : i + 1] = [
                Seen(kind="relu", shape=before),
                replace(steps[i - 1], projection=steps[i].projection),
            ]
            i -= 1
    return tuple(steps)


def _for_one(shape: Shape, images: int) -> Shape:
    """Drop the axis of images; some compute image by image, then it is 1 or absent."""
    return _without_trailing_ones(shape[1:] if shape and shape[0] in (images, 1) else shape)


def _without_trailing_ones(shape: Shape) -> Shape:
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return shape
