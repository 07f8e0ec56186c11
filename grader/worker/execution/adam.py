"""
Adam, as the harness trains a submission's network.  UNTRUSTED SIDE.

`torch.optim.Adam` imports torch's compiler when it is made, which takes as long as importing torch; the function that does its
arithmetic does not.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch.optim.adam import adam


class Adam:
    """What `torch.optim.Adam(parameters, lr)` is, with its usual other settings."""

    def __init__(self, parameters: Iterable[torch.nn.Parameter], lr: float) -> None:
        """Start with no mean and no variance of the gradients."""
        self._lr = lr
        self._parameters = list(dict.fromkeys(parameters))
        self._means: dict[torch.Tensor, torch.Tensor] = {}
        self._squares: dict[torch.Tensor, torch.Tensor] = {}
        self._steps: dict[torch.Tensor, torch.Tensor] = {}

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Change every parameter that has a gradient."""
        now: list[torch.Tensor] = [parameter for parameter in self._parameters if parameter.grad is not None]
        for parameter in now:
            if parameter not in self._steps:
                self._means[parameter] = torch.zeros_like(parameter, memory_format=torch.preserve_format)
                self._squares[parameter] = torch.zeros_like(parameter, memory_format=torch.preserve_format)
                self._steps[parameter] = torch.tensor(0.0)
        adam(
            now,
            [parameter.grad for parameter in now if parameter.grad is not None],
            [self._means[parameter] for parameter in now],
            [self._squares[parameter] for parameter in now],
            [],
            [self._steps[parameter] for parameter in now],
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=self._lr,
            weight_decay=0.0,
            eps=1e-8,
            maximize=False,
        )
