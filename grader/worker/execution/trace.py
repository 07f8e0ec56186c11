"""
Watch a forward pass from below: which operators ran, what shapes they gave, which dropouts there are.  UNTRUSTED SIDE.

Operators are seen where torch dispatches them, so modules, functions, methods and raw parameters all look alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

from grader import protocol
from grader.worker.execution.dispatch import DispatchMode

_DROPOUTS = {
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "alpha_dropout",
    "feature_dropout",
    "feature_alpha_dropout",
}


@dataclass(frozen=True, slots=True)
class _Ran:
    """One operator that ran: which ones before it wrote what it read, and whether anything of the images was in that."""

    read: tuple[int, ...]
    of_images: bool
    stage: int | None
    """Its number among the stages that are told; None where there are too many, or it gave no tensor."""


_IMAGES = -1
"""Stands where an operator's number would: the images, which no operator wrote."""


class Recorder(DispatchMode):
    """
    Record the output shape of every operator, and which operators lie on a way from the images to the output.

    Memory is followed, not tensors: whatever is written into a tensor, or a view of it, is in all that is read from it later.
    """

    def __init__(self, images: torch.Tensor, *, projects: bool) -> None:
        super().__init__()
        self._projects = projects
        self._stages: list[protocol.StageEntry] = []
        self._dropping: protocol.StageEntry | None = None
        """What the next operator stands for."""
        self._dropped: list[torch.Tensor] = []
        """Results of dropouts: their memory must not be that of another tensor later, such as of a number in a product."""
        self._ran: list[_Ran] = []
        self._last_writer: dict[int, int] = {_memory(images): _IMAGES}

    def drop(self, images: torch.Tensor, probability: float, *, in_place: bool) -> torch.Tensor:
        """Record a dropout that drops nothing; what it returns is another tensor, so that one which nobody takes shows."""
        self._dropping = protocol.StageEntry("dropout", tuple(images.shape), probability)
        try:
            dropped = images.copy_(images) if in_place else images.clone()
        finally:
            self._dropping = None
        self._dropped.append(dropped)
        return dropped

    def _add(self, stage: protocol.StageEntry) -> None:
        if len(self._stages) < protocol.MAX_STAGES:
            self._stages.append(stage)

    def stages(self, output: torch.Tensor | None) -> tuple[protocol.StageEntry, ...]:
        """Return the stages; of a pass that did not come to its *output*, nobody knows which would have been used."""
        if output is None:
            return tuple(self._stages)
        used = set()
        ahead = [self._last_writer.get(_memory(output), _IMAGES)]
        seen = {_IMAGES}
        while ahead:
            number = ahead.pop()
            if number in seen:
                continue
            seen.add(number)
            operator = self._ran[number]
            ahead += operator.read
            if operator.of_images and operator.stage is not None:
                used.add(operator.stage)
        return tuple(stage if number in used else _unused(stage) for number, stage in enumerate(self._stages))

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        inputs = {_memory(value) for value in tree_leaves((args, kwargs)) if isinstance(value, torch.Tensor)}
        result = func(*args, **kwargs)
        results = [value for value in tree_leaves(result) if isinstance(value, torch.Tensor)]
        if not results:
            return result
        read = tuple({self._last_writer[memory] for memory in inputs if memory in self._last_writer})
        of_images = any(number == _IMAGES or self._ran[number].of_images for number in read)
        told = len(self._stages) if len(self._stages) < protocol.MAX_STAGES else None
        first = result[0] if isinstance(result, (tuple, list)) else result
        if isinstance(first, torch.Tensor):
            projection = _projection(first) if self._projects and first.dtype == torch.float32 else None
            operator = func._schema.name.partition("::")[2]
            self._add(self._dropping or protocol.StageEntry(operator, tuple(first.shape), None, True, projection))
        else:
            told = None
        for value in results:
            self._last_writer[_memory(value)] = len(self._ran)
        self._ran.append(_Ran(read, of_images, told))
        return result


_PROJECTED = 1 << 16
"""So many numbers of each output, at most, are in its projection."""


def _projection(output: torch.Tensor) -> float:
    """Return a sum of numbers from all over a tensor, each times another fixed one, so that hardly any change leaves it alone."""
    numbers = output.reshape(-1)
    numbers = numbers[:: numbers.numel() // _PROJECTED + 1].double()
    fixed = torch.arange(1, numbers.numel() + 1, dtype=torch.float64).mul_(0.6180339887498949).frac_().sub_(0.5)
    return float(numbers @ fixed.to(numbers.device))


def _memory(tensor: torch.Tensor) -> int:
    """Return what tells the memory of a tensor apart: views of one tensor share it."""
    return tensor.untyped_storage()._cdata if tensor.layout is torch.strided else -id(tensor) - 1


def _unused(stage: protocol.StageEntry) -> protocol.StageEntry:
    return protocol.StageEntry(stage.operator, stage.shape, stage.probability, False, stage.projection)


_Drop = Callable[..., torch.Tensor]
"""Returns what stands for the result of a dropout: of its input and its probability, and whether it works in place."""


class NoDropout(TorchFunctionMode):
    """Let every dropout that would drop pass on what it gets, or what *drop* makes of that."""

    def __init__(self, drop: _Drop | None = None) -> None:
        super().__init__()
        self._drop = drop

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        called = getattr(func, "__name__", "")
        if called.rstrip("_") not in _DROPOUTS:
            return func(*args, **kwargs)
        # nn.Dropout calls torch.nn.functional's (input, p, training, inplace); torch's own are (input, p, train)
        values = dict(zip(("input", "p", "training", "inplace"), args, strict=False)) | kwargs
        training = values.get("training", values.get("train", True))
        images, probability = values["input"], float(values.get("p", 0.5))
        if training and probability and self._drop is not None:  # `p=self.training` drops nothing in evaluation mode
            return self._drop(images, probability, in_place=called.endswith("_") or bool(values.get("inplace")))
        return images
