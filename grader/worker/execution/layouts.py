"""
How a module stores the weights that it does not leave to layers of torch.  UNTRUSTED SIDE.

`x @ weight` wants the weights as (inputs, units), `F.linear` as (units, inputs), and a bias may be (1, C, 1, 1): all are right.
So weights are seen as torch's own layers store them, units first, whatever the module's own order is.  Which axis is which is
read off the products of one forward pass: the axis that is summed over is that of the inputs.  What comes into a product is known
by its memory, or where it is a copy by its numbers, since in that pass the weights hold their own places.  Where what they meet
are unfolded patches, these tell the order of the inputs (patches.py).  A convolution may also be a sum of products, one for each
place of its window.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any, NamedTuple
from weakref import WeakSet

import torch
from torch import nn
from torch.utils.weak import WeakTensorKeyDictionary

from grader.worker.execution import patches
from grader.worker.execution.dispatch import DispatchMode

_MATRICES = {
    "mm": ((0, 0, 1), (1, 1, 0)),
    "addmm": ((1, 0, 1), (2, 1, 0)),
    "bmm": ((0, 1, 2), (1, 2, 1)),
    "baddbmm": ((1, 1, 2), (2, 2, 1)),
    "mv": ((0, 0, 1),),
    "addmv": ((1, 0, 1),),
    "linear": ((1, 0, 1),),
}
"""Where operators take matrices: the number of the argument, its axis of units, and the axis that is summed over."""
_POSITIONS = 1 << 24
"""So many numbers from 0 to 1 are told apart by float32, in equal steps; larger ones would become infinite in a few layers."""
_MAX_AXES = 5
_CONVOLUTIONS = ("convolution", "_convolution", "mkldnn_convolution", "cudnn_convolution")


@dataclass(frozen=True, slots=True)
class _Layout:
    """A view of a tensor's numbers, units first."""

    size: tuple[int, ...]
    stride: tuple[int, ...]

    @classmethod
    def of(cls, view: torch.Tensor) -> _Layout:
        return cls(tuple(view.shape), view.stride())


class _Own(NamedTuple):
    """A parameter that is no layer's of torch."""

    part: type
    """Of which it is an attribute."""
    name: str
    value: torch.Tensor


_layouts: WeakTensorKeyDictionary = WeakTensorKeyDictionary()
_known: WeakSet[nn.Module] = WeakSet()


def units_first(value: torch.Tensor) -> torch.Tensor:
    """Return a view of weights as a layer of torch would store them, or the tensor itself where that is what it is."""
    layout: _Layout | None = _layouts.get(value)
    return value if layout is None else value.detach().as_strided(layout.size, layout.stride, value.storage_offset())


@torch.no_grad()
def learn(module: nn.Module, images: torch.Tensor) -> None:
    """
    Find out how *module* stores the weights that belong to no layer of torch; nothing runs where there are none.

    A forward pass that raises is left to the next question.
    """
    every = list(_own_weights(module))
    if not every or module in _known:
        return
    own = [one.value for one in every]
    was_training = module.training
    module.eval()  # so that no statistics are updated
    with _kernels_of_noise(module, own):
        found = _found(module, images, own, placed=own)
        if found is None:
            found = _found(module, images, own, placed=[])
    module.train(was_training)
    if found is None:
        return
    _known.add(module)
    for one in every:
        layout = found.get(_memory(one.value)) or _as_vector(one.value) or _as_in_another(one, every, found)
        if layout is not None:
            _layouts[one.value] = layout


def _found(
    module: nn.Module, images: torch.Tensor, own: list[torch.Tensor], placed: list[torch.Tensor]
) -> dict[int, _Layout] | None:
    """Return what a forward pass shows, by the memory of weights; None if it raises, as with weights that nobody expects."""
    products = _Products(own, placed)
    try:
        with products:
            module(images.clone())
    except Exception:
        return None
    finally:
        products.put_back()
    return products.found


@contextlib.contextmanager
def _kernels_of_noise(module: nn.Module, own: list[torch.Tensor]) -> Iterator[None]:
    """Let convolutions of torch compute something that differs from place to place: they may be without initial values."""
    ids = {id(value) for value in own}
    kernels = [
        value for value in module.parameters() if value.dim() > 2 and value.is_floating_point() and id(value) not in ids
    ]
    before = [value.clone() for value in kernels]
    generator = torch.Generator().manual_seed(0)
    for value in kernels:
        noise = torch.randn(value.shape, generator=generator)
        value.copy_(noise.mul_((2 / max(value[0].numel(), 1)) ** 0.5) if len(value) else noise)
    try:
        yield
    finally:
        for value, numbers in zip(kernels, before, strict=True):
            value.copy_(numbers)


def _own_weights(module: nn.Module) -> Iterator[_Own]:
    """Yield the parameters of two axes or more that are no layer's of torch."""
    for part in module.modules():
        if type(part).__module__.startswith("torch.nn.") and not isinstance(part, nn.ParameterList | nn.ParameterDict):
            continue
        for name, value in part._parameters.items():
            if value is not None and value.dim() > 1 and value.is_contiguous() and value.numel():
                yield _Own(type(part), name, value)


def _as_in_another(own: _Own, every: list[_Own], found: dict[int, _Layout]) -> _Layout | None:
    """Return the layout of the same attribute of another part of the same class, where that was seen in a product."""
    if issubclass(own.part, nn.ParameterList | nn.ParameterDict):
        return None  # whose parts have whatever names
    for other in every:
        layout = found.get(_memory(other.value))
        if layout is None or own[:2] != other[:2] or own.value.dim() != other.value.dim():
            continue
        axes = list(zip(other.value.shape, other.value.stride(), strict=True))
        wanted = list(zip(layout.size, layout.stride, strict=True))
        if len(set(axes)) == len(axes) and sorted(axes) == sorted(wanted):
            return _Layout.of(own.value.permute([axes.index(axis) for axis in wanted]))
    return None


def _as_vector(value: torch.Tensor) -> _Layout | None:
    """Return the layout of a bias whose shape has further axes of length 1."""
    long = [length for length in value.shape if length > 1]
    return _Layout(tuple(long), (1,)) if len(long) == 1 else None


class _Placed(NamedTuple):
    """A tensor whose numbers are, for a pass, their own places, as shares of all from a first one on; and what they were."""

    first: float
    value: torch.Tensor
    numbers: torch.Tensor


class _Products(DispatchMode):
    """Watches as what parameters come into products and convolutions."""

    def __init__(self, parameters: Iterable[torch.Tensor], placed: Iterable[torch.Tensor]) -> None:
        """Take what to look for, and what of it may hold its own places meanwhile."""
        super().__init__()
        self.found: dict[int, _Layout] = {}
        self._parameters = {_memory(value): value for value in parameters}
        self._placed: list[_Placed] = []
        start = 0
        for value in placed:
            is_matrix = (
                sum(length > 1 for length in value.shape) > 1
            )  # where weights are 0, a bias is the next layer's input
            if is_matrix and value.dtype == torch.float32 and start + value.numel() <= _POSITIONS:
                self._placed.append(_Placed(start / _POSITIONS, value, value.clone()))
                value.view(-1).copy_(torch.arange(start, start + value.numel()) / _POSITIONS)
                start += value.numel()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func._schema.name.partition("::")[2]
        if name in _CONVOLUTIONS:
            self._see(args[1])
        operands = [
            args[number].movedim((units, summed), (-2, -1)) for number, units, summed in _MATRICES.get(name, ())
        ]
        matrices = [one[(0,) * (one.dim() - 2)] for one in operands]  # of a batch one: of several none has all weights
        for one, other in zip(matrices, reversed(matrices), strict=True):
            self._see(one, other)
        return func(*args, **(kwargs or {}))

    def _see(self, weights: torch.Tensor, inputs: torch.Tensor | None = None) -> None:
        """Look at weights, units first, as they come into a product with *inputs*, whose last axis is summed over too."""
        value = self._parameters.get(_memory(weights))
        if value is None:
            self._see_copy(weights, inputs)
        elif weights.storage_offset() == value.storage_offset() and weights.numel() == value.numel():
            is_stored_so = weights.shape[0] == value.shape[0] and _is_in_order(weights)
            self._note(value, value if is_stored_so else weights, inputs)
        else:
            self._note_part(value, weights.shape, weights.stride())

    def _see_copy(self, weights: torch.Tensor, inputs: torch.Tensor | None) -> None:
        """Find the weights of which these are a copy, with their axes in whatever order, by the places that it holds."""
        if weights.dtype != torch.float32 or not weights.numel():
            return
        first, count = float(weights[(0,) * weights.dim()]), weights.numel()
        for one in self._placed:
            if one.first == first and one.value.numel() == count and one.value.dim() <= _MAX_AXES:
                for order in permutations(range(one.value.dim())):
                    turned = one.value.permute(order)
                    if turned.shape[0] == weights.shape[0] and torch.equal(turned.reshape(weights.shape), weights):
                        self._note(one.value, turned, inputs)
                        return
        self._see_copy_of_part(weights)

    def _see_copy_of_part(self, weights: torch.Tensor) -> None:
        """Find the weights of which these are one place of the window, by the places that they hold."""
        if weights.dim() != 2 or min(weights.shape) < 2:
            return
        told = [float(weights[place]) * _POSITIONS for place in ((0, 0), (1, 0), (0, 1))]
        if not all(number.is_integer() and 0 <= number < _POSITIONS for number in told):
            return  # most of what is multiplied are no weights, and may be infinite
        first, rows, columns = map(int, told)
        held = weights.double() * _POSITIONS
        steps = rows - first, columns - first
        down, along = (step * torch.arange(count) for step, count in zip(steps, weights.shape, strict=True))
        if not torch.equal(held, (first + down[:, None] + along).double()):
            return
        for one in self._placed:
            start = int(one.first * _POSITIONS)
            if start <= first < start + one.value.numel():
                self._note_part(one.value, weights.shape, steps)

    def _note_part(self, value: torch.Tensor, shape: tuple[int, ...], stride: tuple[int, ...]) -> None:
        """Note weights of which a matrix is one place of the window: its axes are those of the units and of the inputs."""
        axes = list(zip(value.shape, value.stride(), strict=True))
        matrix = list(zip(shape, stride, strict=True))
        if value.dim() < 3 or len(matrix) != 2 or any(axes.count(axis) != 1 for axis in matrix):
            return
        units, inputs = (axes.index(axis) for axis in matrix)
        window = [axis for axis in range(value.dim()) if axis not in (units, inputs)]
        self._note(value, value.permute(units, inputs, *window), None)

    def _note(self, value: torch.Tensor, seen: torch.Tensor, inputs: torch.Tensor | None) -> None:
        layout = _Layout.of(seen)
        if inputs is not None and inputs.dim() > 1 and len(inputs) > 1 and inputs.shape[1] * len(seen) == seen.numel():
            columns = patches.order_of(inputs[: patches.MAX_PATCHES])
            if columns is not None:
                layout = _channels_first(seen, columns) or layout
        self.found[_memory(value)] = layout

    def put_back(self) -> None:
        """Give the weights their own numbers again."""
        for one in self._placed:
            one.value.copy_(one.numbers)


def _channels_first(weights: torch.Tensor, columns: patches.Columns) -> _Layout | None:
    """Return the layout of (units, channels, height, width) of weights with rows in another order; None if no view has it."""
    sizes = (columns.channels, columns.kernel, columns.kernel)
    try:
        split = weights.view(len(weights), *(sizes[axis] for axis in columns.order))
    except RuntimeError:  # the axes of a row lie apart
        return None
    return _Layout.of(split.permute(0, *(1 + columns.order.index(axis) for axis in range(3))))


def _is_in_order(view: torch.Tensor) -> bool:
    """Return whether the numbers of a view come in the order in which they are stored."""
    expected = 1
    for length, step in reversed(list(zip(view.shape, view.stride(), strict=True))):
        if length > 1 and step != expected:
            return False
        expected *= length
    return True


def _memory(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage()._cdata if tensor.layout is torch.strided else -id(tensor) - 1
