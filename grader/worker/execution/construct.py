"""
Construct a module without drawing its initial values.  UNTRUSTED SIDE.

VGG16 has 134 million parameters, and drawing their initial values takes longer than its forward and backward pass
together.  A module whose weights are overwritten next does not need them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch

from grader.worker.execution.dispatch import DispatchMode

_IN_PLACE = {"uniform_", "normal_", "log_normal_", "exponential_", "cauchy_", "geometric_", "erfinv_", "bernoulli_"}
_FACTORIES = {"rand", "randn", "rand_like", "randn_like"}
_FRESH_PAGES_BYTES = 32 * 1024**2
"""glibc takes everything larger from the kernel, which hands it over as zeros: writing them again would only cost time."""


class _LeaveZeros(DispatchMode):
    """Give zeros where random numbers are asked for, the same on every run."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = func._schema.name.partition("::")[2]
        if name in _IN_PLACE and isinstance(args[0], torch.Tensor):
            return args[0] if args[0].nbytes > _FRESH_PAGES_BYTES else args[0].zero_()
        if name in _FACTORIES:
            kwargs = {key: value for key, value in kwargs.items() if key != "generator"}
            like = isinstance(args[0], torch.Tensor)
            return torch.zeros_like(args[0], **kwargs) if like else torch.zeros(args[0], **kwargs)
        return func(*args, **kwargs)


@contextlib.contextmanager
def without_initial_values() -> Iterator[None]:
    """Make everything that is constructed meanwhile start with zeros where it would be random."""
    with _LeaveZeros():
        yield
