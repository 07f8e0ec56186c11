"""
Run code that was written for a GPU where there is none.  UNTRUSTED SIDE.

Students train on a GPU, and some write `.cuda()` or `device="cuda"` into their network.  It computes the same on the processor,
so that is where it runs; nothing is graded by where it runs.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class OnlyCpu(TorchFunctionMode):
    """Take every mention of a CUDA device for the processor."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(func, "__name__", "") == "cuda" and args and isinstance(args[0], torch.Tensor):
            return args[0]
        named = {key: _on_cpu(value) for key, value in (kwargs or {}).items()}
        return func(*(_on_cpu(value) for value in args), **named)


def _on_cpu(value: Any) -> Any:
    if isinstance(value, torch.device) and value.type == "cuda":
        return torch.device("cpu")
    if type(value) is str and value.partition(":")[0] == "cuda":
        return "cpu"
    return value
