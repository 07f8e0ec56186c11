"""
Watch a forward pass from below: which operators ran, what shapes they gave, which dropouts there are.  UNTRUSTED SIDE.

Operators are seen where torch dispatches them, so modules, functions, methods and raw parameters all look alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from grader import protocol

_DROPOUTS = {
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "alpha_dropout",
    "feature_dropout",
    "feature_alpha_dropout",
}


class Recorder(TorchDispatchMode):
    """Record the output shape of every operator."""

    def __init__(self) -> None:
        super().__init__()
        self.stages: list[protocol.StageEntry] = []

    def add(self, stage: protocol.StageEntry) -> None:
        """Record one more stage, unless there are too many."""
        if len(self.stages) < protocol.MAX_STAGES:
            self.stages.append(stage)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        first = result[0] if isinstance(result, (tuple, list)) and result else result
        if isinstance(first, torch.Tensor):
            self.add(protocol.StageEntry(func._schema.name.partition("::")[2], tuple(first.shape)))
        return result


class NoDropout(TorchFunctionMode):
    """Let every dropout that would drop pass on what it gets, and tell *seen* of it."""

    def __init__(self, seen: Callable[[protocol.StageEntry], None]) -> None:
        super().__init__()
        self._seen = seen

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__name__", "").rstrip("_") not in _DROPOUTS:
            return func(*args, **kwargs)
        # nn.Dropout calls torch.nn.functional's (input, p, training, inplace); torch's own are (input, p, train)
        values = dict(zip(("input", "p", "training"), args, strict=False)) | kwargs
        training = values.get("training", values.get("train", True))
        images, probability = values["input"], float(values.get("p", 0.5))
        if training:
            self._seen(protocol.StageEntry("dropout", tuple(images.shape), probability))
        return images
