"""
Networks as tables of layers: their parameters, shapes and steps by arithmetic alone.

A table is written as one line of layers, separated by commas:

    conv 64 11/4 p2        64 filters of 11 x 11, stride 4, padding 2; also g2 (groups) and nobias
    maxpool 3/2            windows of 3 x 3, stride 2; likewise avgpool
    adaptive 6             average pooling to 6 x 6, whatever comes
    bn · bn 0.001          batch normalisation, with another eps than 1e-5
    lrn 2                  local response normalisation with k = 2, alpha = 1e-4, beta = 0.75 over 5 channels as torch has it:
                           the mean of the squares counts; lrn_of_sum takes their sum, as the paper has it
    relu · leaky_relu · sigmoid · tanh · gelu · softmax · log_softmax
    dropout 0.5 · flatten · flatten_channels_last · divide 255
    linear 4096 · linear classes

Formula of a side after a window: floor((side + 2 padding - kernel) / stride) + 1, as everywhere in PyTorch.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from grader.errors import AssignmentError

_NUMBER = {"linear", "adaptive", "lrn", "lrn_of_sum", "dropout", "divide", "bn"}
_WINDOW = {"maxpool", "avgpool"}
_PLAIN = {"relu", "leaky_relu", "sigmoid", "tanh", "gelu", "softmax", "log_softmax", "bn", "flatten"}
_PLAIN |= {"flatten_channels_last"}
CLASSES = "classes"

Shape = tuple[int, ...]
Table = Counter[tuple[int, int]]
"""How often each (rows, columns) occurs among the parameters: blind to names, order and conv-for-linear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One line of a table; what a kind does not use is 0."""

    kind: str
    size: float = 0
    """Filters, units (0 for as many as there are classes), the eps of bn (0 for 1e-5), k, p, a side or a divisor."""
    kernel: int = 0
    stride: int = 0
    padding: int = 0
    groups: int = 1
    bias: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One layer of a table at work: what it gives for one image, and its parameters as (rows, columns)."""

    layer: Layer
    inputs: int
    """Channels or features that go in."""
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
    """

    name: str
    title: str
    module: str
    family: str
    sides: tuple[int, ...]
    layers: tuple[Layer, ...]

    def steps(self, side: int, classes: int = 10) -> tuple[Step, ...]:
        """Return every layer with its output shape for one image of 3 x *side* x *side*; ends where a layer does not fit."""
        return _steps(self.layers, side, classes)

    def fits(self, side: int) -> bool:
        """Return whether images of this side go through to the end."""
        return len(self.steps(side)) == len(self.layers)

    def table(self, classes: int = 10) -> Table:
        """Return the parameters, as for images of its own side."""
        return _table(self.layers, self.sides[0], classes)


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
def _table(layers: tuple[Layer, ...], side: int, classes: int) -> Table:
    return Counter(size for step in _steps(layers, side, classes) for size in step.parameters)


@functools.lru_cache(maxsize=4096)
def _steps(layers: tuple[Layer, ...], side: int, classes: int) -> tuple[Step, ...]:
    return tuple(_walk(layers, (3, side, side), classes))


def _walk(layers: tuple[Layer, ...], shape: Shape, classes: int) -> Iterator[Step]:
    for layer in layers:
        inputs = shape[0]
        try:
            shape, parameters = _through(layer, shape, classes)
        except ValueError:  # it does not fit
            return
        yield Step(layer=layer, inputs=inputs, shape=shape, parameters=parameters)


def _through(layer: Layer, shape: Shape, classes: int) -> tuple[Shape, tuple[tuple[int, int], ...]]:
    """Return the output shape and the parameters; a shape of the wrong rank raises ValueError, as a size below 1 does."""
    match layer.kind:
        case "conv":
            channels, height, width = shape
            filters, columns = int(layer.size), channels // layer.groups * layer.kernel**2
            bias = ((filters, 1),) if layer.bias else ()
            return (filters, _slide(height, layer), _slide(width, layer)), ((filters, columns), *bias)
        case "maxpool" | "avgpool":
            channels, height, width = shape
            return (channels, _slide(height, layer), _slide(width, layer)), ()
        case "adaptive":
            channels, _height, _width = shape
            return (channels, int(layer.size), int(layer.size)), ()
        case "flatten" | "flatten_channels_last":
            return (prod(shape),), ()
        case "linear":
            (features,) = shape
            units = int(layer.size) or classes
            return (units,), ((units, features), (units, 1))
        case "bn":
            return shape, ((shape[0], 1), (shape[0], 1))
    return shape, ()


def _slide(side: int, layer: Layer) -> int:
    positions = (side + 2 * layer.padding - layer.kernel) // layer.stride + 1
    if positions < 1:
        raise ValueError
    return positions
