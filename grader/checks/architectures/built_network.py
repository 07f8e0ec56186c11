"""
An nn.Module out of a table of layers.

Runs as code of ours in a worker of its own, where it is a submission like any other: it imports nothing of ours.
"""

from typing import Any

import torch
from torch import nn


class _FlattenChannelsLast(nn.Module):
    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return maps.permute(0, 2, 3, 1).flatten(1)


class _Divide(nn.Module):
    def __init__(self, divisor: float) -> None:
        super().__init__()
        self.divisor = divisor

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images / self.divisor


class Network(nn.Sequential):
    """
    The network of a table: (N, 3, H, W) images to (N, classes) logits.

    Args:
        layers: (kind, inputs, size, kernel, stride, padding, groups, bias) of each, as in `table.Layer`;
            inputs are channels of a convolution or batch normalisation, features of a linear layer.
    """

    def __init__(self, layers: tuple[tuple[Any, ...], ...]) -> None:
        super().__init__(*(_layer(*layer) for layer in layers))


def _layer(
    kind: str, inputs: int, size: float, kernel: int, stride: int, padding: int, groups: int, bias: bool
) -> nn.Module:
    made = {
        "conv": lambda: nn.Conv2d(inputs, int(size), kernel, stride, padding, groups=groups, bias=bias),
        "linear": lambda: nn.Linear(inputs, int(size)),
        "bn": lambda: nn.BatchNorm2d(inputs, eps=size or 1e-5),
        "lrn": lambda: nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=size),
        "lrn_of_sum": lambda: nn.LocalResponseNorm(
            5, alpha=5e-4, beta=0.75, k=size
        ),  # Krizhevsky et al. 2012, section 3.3
        "maxpool": lambda: nn.MaxPool2d(kernel, stride),
        "avgpool": lambda: nn.AvgPool2d(kernel, stride),
        "adaptive": lambda: nn.AdaptiveAvgPool2d(int(size)),
        "dropout": lambda: nn.Dropout(size),
        "divide": lambda: _Divide(size),
        "flatten": nn.Flatten,
        "flatten_channels_last": _FlattenChannelsLast,
        "relu": nn.ReLU,
        "leaky_relu": nn.LeakyReLU,
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
        "gelu": nn.GELU,
        "softmax": lambda: nn.Softmax(dim=1),
        "log_softmax": lambda: nn.LogSoftmax(dim=1),
    }
    module: nn.Module = made[kind]()
    return module
