"""
Networks as tables of layers: their parameters, shapes and steps by arithmetic alone.

A layer takes what the one before it gives.  A table is written as one line of layers, separated by commas:

    conv 64 11/4 p2        64 filters of 11 x 11, stride 4, padding 2; also g2 (groups) and nobias
    maxpool 3/2            windows of 3 x 3, stride 2; likewise avgpool
    adaptive 6             average pooling to 6 x 6, whatever comes
    bn · bn 0.001          batch normalisation, with another eps than 1e-5
    lrn 2                  local response normalisation with k = 2, alpha = 1e-4, beta = 0.75 over 5 channels as torch has it:
                           the mean of the squares counts; lrn_of_sum takes their sum, as the paper has it
    relu · leaky_relu · sigmoid · tanh · gelu · softmax · log_softmax
    dropout 0.5 · flatten · flatten_channels_last · divide 255
    linear 4096 · linear classes

Mistakes make layers that no handout asks for; `edits.py` writes these, with more fields of `Layer` and more kinds:

    again 3                the weighted layer at index 3 once more, with the same weights
    plus 4                 what went into the layer 4 places before is added
    cut                    no gradient gets through
    elu · selu · silu · softplus · relu6 · clamped · prelu · softmax_over_images · argmax · as_maps
    ln · gn 8 · instance   normalisation over all of an image, over groups of channels, over each map
    bn_of_batch            batch normalisation without parameters, by the batch in evaluation mode too
    minus_largest          the largest logit of each image is subtracted
    dropout_always 0.5     drops in evaluation mode too
    softmax_in_evaluation · log_softmax_in_evaluation
    every 2                every second row and column
    view 256               all numbers of an image in rows of so many
    repeated 3             each channel so many times
    spare                  weights, with size and inputs, through which nothing goes
    bias · bias 1          a number of its own is added to each channel or feature, or one number to all
    lrn_within 2           local response normalisation over `kernel` x `kernel` pixels of each channel
    adaptive_max 1         the maximum where `adaptive` has the mean
    flatten_mixed          (C, N, H, W) flattened as if it were (N, C, H, W)
    flatten_turned         (N, C, H, W) read as (C H W, N)
    flatten_images_last    (C, H, W, N) flattened as if it were (N, C, H, W)
    flatten_all            the images too
    flatten_width_first    (C, W, H)
    squeezed               flattened by dropping every axis of one
    channels_reversed      blue, green, red
    transposed             height and width change places
    rows_as_maps           (N, H, W, C) read as (N, C, H, W)
    images_among_maps      (C, N, H, W) read as (N, C, H, W)
    centred_batch · standardise_batch · standardise_channels · standardise_images · shift 0.5 · mnist_scaled · imagenet_scaled
    over_largest_of_batch · over_largest · range_of_batch · range_of_images · beyond 0.5 · rounded

Formula of a side after a window: floor((side + 2 padding - kernel) / stride) + 1, as everywhere in PyTorch.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

from grader.errors import AssignmentError

_NUMBER = {"linear", "adaptive", "lrn", "lrn_of_sum", "dropout", "divide", "bn"}
ACTIVATIONS = {
    "relu": "a ReLU",
    "leaky_relu": "a leaky ReLU",
    "sigmoid": "a sigmoid",
    "tanh": "a tanh",
    "gelu": "a GELU",
    "elu": "an ELU",
    "selu": "a SELU",
    "silu": "a SiLU",
    "softplus": "a softplus",
    "relu6": "a ReLU that ends at 6",
    "clamped": "a clamp between 0 and 1",
    "prelu": "a ReLU with a slope that is learnt",
}
"""Kinds that bend each number by itself, as a reader calls them."""
_WINDOW = {"maxpool", "avgpool"}
_PLAIN = {"relu", "leaky_relu", "sigmoid", "tanh", "gelu", "softmax", "log_softmax", "bn", "flatten"}
_PLAIN |= {"flatten_channels_last"}
CLASSES = "classes"

Shape = tuple[int, ...]
Table = Counter[tuple[int, int]]
"""How often each (rows, columns) occurs among the parameters: blind to names, order and conv-for-linear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """
    One line of a table; what a kind does not use is 0.

    Attributes:
        size: Filters, units (0 for as many as there are classes), the eps of bn (0 for 1e-5), k, p, a side or a divisor.
        kernel: Side of a window; of local response normalisation over how many channels it goes, 0 for 5.
        inputs: Channels or features that a convolution or linear layer is made for; 0 for as many as come.
        groups: Of the channels of a convolution; local response normalisation goes over those of one group.
        mode: How a convolution pads ("" for zeros, "before" or "after" for all of them at one side), or "flipped"; of a pooling
            "ceil" where it rounds up, "apart" where its windows take pixels from all over the map, and "without 3" where windows
            of 2 x 2 leave out the last of their pixels; of local response normalisation alpha and beta, where they differ.
        towers: As how many layers of equal size a layer with weights is written (`towers.py`).
    """

    kind: str
    size: float = 0
    kernel: int = 0
    stride: int = 0
    padding: int = 0
    groups: int = 1
    bias: bool = True
    dilation: int = 1
    inputs: int = 0
    mode: str = ""
    towers: int = 1

    @property
    def has_weights(self) -> bool:
        """Return whether it is a convolution or a linear layer."""
        return self.kind in ("conv", "linear")

    @property
    def is_made_for(self) -> bool:
        """Return whether it is made for a number of channels or features."""
        return self.has_weights or self.kind == "bn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One layer of a table at work: what it gives for one image, and its parameters as (rows, columns)."""

    layer: Layer
    before: Shape
    """What goes in."""
    shape: Shape
    parameters: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """
    A network that is known by name.

    Attributes:
        name: For reports, such as "vgg16_config_c".
        title: For readers, such as "VGG16 with 1 x 1 convolutions (configuration C)".
        module: Name that a submission gives it, such as "VGG16".
        family: What it is a kind of; an assignment says which families count.
        sides: Height and width of its images; the first that a submission takes is used.
        layers: Its table.
        channels: Of its images.
    """

    name: str
    title: str
    module: str
    family: str
    sides: tuple[int, ...]
    layers: tuple[Layer, ...]
    channels: int = 3

    def steps(self, side: int, classes: int = 10) -> tuple[Step, ...]:
        """Return every layer with its output shape for one image of this *side*; ends where a layer does not fit."""
        return _steps(self.layers, (self.channels, side, side), classes)

    def fits(self, side: int) -> bool:
        """Return whether images of this side go through to the end."""
        return len(self.steps(side)) == len(self.layers)

    def table(self, classes: int = 10) -> Table:
        """Return the parameters, as for images of its own side."""
        return _table(self.layers, (self.channels, self.sides[0], self.sides[0]), classes)

    def table_at(self, side: int, classes: int = 10) -> Table:
        """Return the parameters, as for images of this side; those behind a layer that does not fit, as far as they are fixed."""
        return _table(self.layers, (self.channels, side, side), classes)

    def made_for_its_images(self) -> Network:
        """Return it with the inputs of every layer fixed: where another layer changes, they no longer fit."""
        steps = self.steps(self.sides[0])
        fixed = (replace(one.layer, inputs=one.before[0]) if one.layer.is_made_for else one.layer for one in steps)
        return replace(self, layers=tuple(fixed))


def table_of(shapes: Iterator[Shape]) -> Table:
    """Return parameters of these shapes as (rows, columns)."""
    return Counter(((shape[0], prod(shape[1:])) if shape else (1, 1)) for shape in shapes)


def parse(text: str) -> tuple[Layer, ...]:
    """
    Read a table.

    Raises:
        AssignmentError: If a layer is not known or its numbers are wrong.
    """
    return tuple(_layer(part.split()) for part in text.split(",") if part.strip())


def _layer(words: list[str]) -> Layer:
    kind, *numbers = words
    try:
        if kind in _PLAIN and not numbers:
            return Layer(kind=kind)
        if kind == "linear" and numbers == [CLASSES]:
            return Layer(kind=kind)
        if kind in _NUMBER and len(numbers) == 1:
            return Layer(kind=kind, size=float(numbers[0]))
        if kind in _WINDOW and len(numbers) == 1:
            kernel, stride = map(int, numbers[0].split("/"))
            return Layer(kind=kind, kernel=kernel, stride=stride)
        if kind == "conv":
            return _convolution(*numbers)
    except (ValueError, TypeError):
        pass
    raise AssignmentError(
        f"layer {' '.join(words)!r} of a network: not a layer that grader.checks.architectures.table describes"
    )


def _convolution(filters: str, window: str, *options: str) -> Layer:
    kernel, _slash, stride = window.partition("/")
    given = {match[1]: match[2] for option in options if (match := re.fullmatch(r"([pg])(\d+)", option))}
    if {*options} - {"nobias"} - {f"{key}{value}" for key, value in given.items()}:
        raise ValueError
    return Layer(
        kind="conv",
        size=int(filters),
        kernel=int(kernel),
        stride=int(stride or 1),
        padding=int(given.get("p", 0)),
        groups=int(given.get("g", 1)),
        bias="nobias" not in options,
    )


@functools.lru_cache(maxsize=4096)  # the same few hundred tables are compared with every submission
def _table(layers: tuple[Layer, ...], images: Shape, classes: int) -> Table:
    steps = _steps(layers, images, classes)
    beyond = (_own_parameters(layer, classes) for layer in layers[len(steps) :])
    return Counter(size for some in (*(step.parameters for step in steps), *beyond) for size in some)


@functools.lru_cache(maxsize=4096)
def _steps(layers: tuple[Layer, ...], images: Shape, classes: int) -> tuple[Step, ...]:
    return tuple(_walk(layers, images, classes))


def _walk(layers: tuple[Layer, ...], shape: Shape, classes: int) -> Iterator[Step]:
    shapes = []
    for place, layer in enumerate(layers):
        shapes.append(shape)
        try:
            if layer.kind == "plus":
                _require_sum(shapes[max(place - int(layer.size), 0)], shape)
            through = _earlier(layers, place, shapes) if layer.kind == "again" else layer
            shape, parameters = _through(through, shape, classes)
        except ValueError:  # it does not fit
            return
        yield Step(layer=layer, before=shapes[-1], shape=shape, parameters=() if through is not layer else parameters)


def _earlier(layers: tuple[Layer, ...], place: int, shapes: list[Shape]) -> Layer:
    """Return the layer that is used again; where it is made for something else than comes, it raises ValueError."""
    earlier = int(layers[place].size)
    if earlier >= place or not layers[earlier].has_weights or shapes[earlier][0] != shapes[place][0]:
        raise ValueError
    return layers[earlier]


def _require_sum(one: Shape, other: Shape) -> None:
    """Require that what has the first shape can be added to what has the second, which it then keeps; raises ValueError."""
    if len(one) != len(other) or any(a not in (1, b) for a, b in zip(one, other, strict=True)):
        raise ValueError


def _through(layer: Layer, shape: Shape, classes: int) -> tuple[Shape, tuple[tuple[int, int], ...]]:
    """Return the output shape and the parameters; a shape of the wrong rank raises ValueError, as a size below 1 does."""
    match layer.kind:
        case "conv":
            channels, height, width = shape
            if layer.inputs not in (0, channels) or channels % layer.groups or layer.size % layer.groups:
                raise ValueError
            return (int(layer.size), _slide(height, layer), _slide(width, layer)), _of_convolution(layer, channels)
        case "maxpool" | "avgpool":
            channels, height, width = shape
            return (channels, _slide(height, layer), _slide(width, layer)), ()
        case "adaptive" | "adaptive_max":
            channels, _height, _width = shape
            return (channels, int(layer.size), int(layer.size)), ()
        case (
            "flatten"
            | "flatten_channels_last"
            | "flatten_mixed"
            | "flatten_turned"
            | "flatten_images_last"
            | "flatten_all"
            | "flatten_width_first"
        ):
            return (prod(shape),), ()
        case "squeezed":
            return tuple(side for side in shape if side > 1), ()
        case "view":
            rows, rest = divmod(prod(shape), int(layer.size))
            if rest:
                raise ValueError
            return (int(layer.size),) if rows == 1 else (rows, int(layer.size)), ()
        case "every":
            channels, height, width = shape
            return (channels, -(-height // int(layer.size)), -(-width // int(layer.size))), ()
        case "repeated":
            return (shape[0] * int(layer.size), *shape[1:]), ()
        case "spare":
            return shape, ((int(layer.size), layer.inputs), *(((int(layer.size), 1),) if layer.bias else ()))
        case "linear":
            if len(shape) > 2 or layer.inputs not in (0, shape[-1]):
                raise ValueError
            return (*shape[:-1], int(layer.size) or classes), _of_linear(layer, shape[-1], classes)
        case "bias":
            return shape, ((int(layer.size) or shape[0], 1),)
        case "bn":
            if layer.inputs not in (0, shape[0]):
                raise ValueError
            return shape, ((shape[0], 1), (shape[0], 1))
        case "gn":
            if shape[0] % layer.size:
                raise ValueError
            return shape, ((shape[0], 1), (shape[0], 1))
        case "ln":
            return shape, ((shape[0], prod(shape[1:])),) * (2 if layer.bias else 0)
        case "prelu":
            return shape, ((int(layer.size) or 1, 1),)
        case "argmax":
            return (), ()
        case "as_maps":
            return (*shape, 1, 1), ()
    return shape, ()


def _of_convolution(layer: Layer, channels: int) -> tuple[tuple[int, int], ...]:
    filters, columns = int(layer.size) // layer.towers, channels // layer.groups * layer.kernel**2
    return ((filters, columns), *(((filters, 1),) if layer.bias else ())) * layer.towers


def _of_linear(layer: Layer, features: int, classes: int) -> tuple[tuple[int, int], ...]:
    units = (int(layer.size) or classes) // layer.towers
    return ((units, features), *(((units, 1),) if layer.bias else ())) * layer.towers


def _own_parameters(layer: Layer, classes: int) -> tuple[tuple[int, int], ...]:
    """Return the parameters of a layer that nothing reaches, where it says for what it is made."""
    if layer.kind == "conv" and layer.inputs:
        return _of_convolution(layer, layer.inputs)
    if layer.kind == "linear" and layer.inputs:
        return _of_linear(layer, layer.inputs, classes)
    return ((layer.inputs, 1), (layer.inputs, 1)) if layer.kind == "bn" else ()


def _slide(side: int, layer: Layer) -> int:
    reach = layer.dilation * (layer.kernel - 1) + 1
    span = side + 2 * layer.padding - reach
    up = layer.stride - 1 if layer.mode == "ceil" else 0
    positions = (span + up) // layer.stride + 1
    if layer.mode == "ceil" and (positions - 1) * layer.stride >= side + layer.padding:
        positions -= 1  # no window begins in the padding at the end
    if span < 0 or positions < 1:
        raise ValueError
    return positions
