"""
How a module stores the weights that it does not leave to layers of torch.  UNTRUSTED SIDE.

`x @ weight` wants the weights as (inputs, units), `F.linear` as (units, inputs), and a bias may be (1, C, 1, 1): all are right.
So weights are seen as torch's own layers store them, units first, whatever the module's own order is.  Which axis is which is
read off the products of one forward pass: the axis that is summed over is that of the inputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.weak import WeakTensorKeyDictionary

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
_CONVOLUTIONS = ("convolution", "_convolution", "mkldnn_convolution", "cudnn_convolution")


@dataclass(frozen=True, slots=True)
class _Layout:
    """A view of a tensor's numbers, units first."""

    size: tuple[int, ...]
    stride: tuple[int, ...]


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
    own = list(_own_weights(module))
    if not own or module in _known:
        return
    was_training = module.training
    module.eval()  # so that no statistics are updated
    try:
        with _Products(own) as products:
            module(images.clone())
    except Exception:
        return
    finally:
        module.train(was_training)
    _known.add(module)
    for value in own:
        layout = products.found.get(_memory(value)) or _as_vector(value)
        if layout is not None:
            _layouts[value] = layout


def _own_weights(module: nn.Module) -> Iterator[torch.Tensor]:
    """Yield the parameters of two axes or more that are no layer's of torch."""
    for part in module.modules():
        if type(part).__module__.startswith("torch.nn.") and not isinstance(part, nn.ParameterList | nn.ParameterDict):
            continue
        for value in part._parameters.values():
            if value is not None and value.dim() > 1 and value.is_contiguous() and value.numel():
                yield value


def _as_vector(value: torch.Tensor) -> _Layout | None:
    """Return the layout of a bias whose shape has further axes of length 1."""
    long = [length for length in value.shape if length > 1]
    return _Layout(tuple(long), (1,)) if len(long) == 1 else None


class _Products(TorchDispatchMode):
    """Watches as what parameters come into products and convolutions."""

    def __init__(self, parameters: Iterable[torch.Tensor]) -> None:
        super().__init__()
        self.found: dict[int, _Layout] = {}
        self._parameters = {_memory(value): value for value in parameters}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func._schema.name.partition("::")[2]
        if name in _CONVOLUTIONS:
            self._see(args[1], None)
        for number, units, summed in _MATRICES.get(name, ()):
            self._see(args[number], (units, summed))
        return func(*args, **(kwargs or {}))

    def _see(self, operand: torch.Tensor, axes: tuple[int, int] | None) -> None:
        value = self._parameters.get(_memory(operand))
        if value is None or operand.storage_offset() != value.storage_offset():
            return
        size, stride = operand.shape, operand.stride()
        if axes is not None:
            if any(size[axis] > 1 and stride[axis] for axis in range(operand.dim()) if axis not in axes):
                return  # several matrices, of which none has all weights
            size, stride = torch.Size(size[axis] for axis in axes), tuple(stride[axis] for axis in axes)
        if size.numel() == value.numel():
            is_stored_so = size[0] == value.shape[0] and _is_in_order(size, stride)
            self.found[_memory(value)] = (
                _Layout(tuple(value.shape), value.stride()) if is_stored_so else _Layout(tuple(size), stride)
            )


def _is_in_order(size: Iterable[int], stride: Iterable[int]) -> bool:
    """Return whether the numbers of a view come in the order in which they are stored."""
    expected = 1
    for length, step in reversed(list(zip(size, stride, strict=True))):
        if length > 1 and step != expected:
            return False
        expected *= length
    return True


def _memory(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage()._cdata if tensor.layout is torch.strided else -id(tensor) - 1
