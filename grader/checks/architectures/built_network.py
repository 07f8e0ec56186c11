"""
An nn.Module out of a table of layers.

Runs as code of ours in a worker of its own, where it is a submission like any other: it imports nothing of ours.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn


class Network(nn.Module):
    """
    The network of a table: (N, C, H, W) images to (N, classes) logits.

    Args:
        layers: (kind, shape, size, kernel, stride, padding, groups, bias, dilation, mode, towers) of each, as in `table.Layer`;
            the shape is that of one image of what goes in.
    """

    def __init__(self, layers: tuple[tuple[Any, ...], ...]) -> None:
        super().__init__()
        self.kinds = [(layer[0], int(layer[2])) for layer in layers]
        self.layers = nn.ModuleList(_layer(*layer) for layer in layers)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        values = [images]
        for (kind, size), layer in zip(self.kinds, self.layers, strict=True):
            if kind == "again":
                values.append(self.layers[size](values[-1]))
            elif kind == "plus":
                values.append(values[-1] + values[-1 - size])
            else:
                values.append(layer(values[-1]))
        return values[-1]


class _Flipped(nn.Conv2d):
    """A convolution as mathematics has it."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return nn.functional.conv2d(
            maps, self.weight.flip(2, 3), self.bias, self.stride, self.padding, self.dilation, self.groups
        )


class _OneSided(nn.Conv2d):
    """A convolution whose padding lies before or after the images alone."""

    is_before: bool

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        both = 2 * int(self.padding[0])
        border = (both, 0) * 2 if self.is_before else (0, both) * 2
        padded = nn.functional.pad(maps, border)
        return nn.functional.conv2d(padded, self.weight, self.bias, self.stride, 0, self.dilation, self.groups)


class _Before(_OneSided):
    is_before = True


class _After(_OneSided):
    is_before = False


class _Towers(nn.Module):
    """Layers beside each other, of which each takes all channels or its part of them."""

    def __init__(self, towers: list[nn.Module], *, apart: bool) -> None:
        super().__init__()
        self.towers = nn.ModuleList(towers)
        self.apart = apart

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        count = len(self.towers)
        parts = values.chunk(count, dim=1) if self.apart else [values] * count
        return torch.cat([tower(part) for tower, part in zip(self.towers, parts, strict=True)], dim=1)


class _Apart(nn.Module):
    """A max pooling whose windows take the pixels that lie a part of the map's side from each other."""

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        height, width = (side // self.kernel for side in maps.shape[2:])
        whole = maps[:, :, : height * self.kernel, : width * self.kernel]
        return whole.reshape(*maps.shape[:2], self.kernel, height, self.kernel, width).amax(dim=(2, 4))


class _Corners(nn.Module):
    """A max pooling by windows of 2 x 2 that leaves out one of their pixels."""

    def __init__(self, left_out: int) -> None:
        super().__init__()
        self.left_out = left_out

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        height, width = (side // 2 * 2 for side in maps.shape[2:])
        whole = maps[:, :, :height, :width]
        corners = [whole[:, :, row::2, column::2] for row in (0, 1) for column in (0, 1)]
        del corners[self.left_out]
        return torch.stack(corners).amax(dim=0)


class _Bias(nn.Module):
    """Numbers that are added to channels or features, one to each or one to all."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(count))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return values + self.bias.view(-1, *[1] * (values.dim() - 2))


class _WithinChannels(nn.Module):
    """Local response normalisation by the mean of squares over the neighbouring pixels of a channel."""

    def __init__(self, side: int, k: float) -> None:
        super().__init__()
        self.mean, self.k = nn.AvgPool2d(side, stride=1, padding=side // 2), k

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        squares: torch.Tensor = self.mean(maps**2)
        return maps / (self.k + 1e-4 * squares) ** 0.75


class _Spare(nn.Module):
    """Weights through which nothing goes."""

    def __init__(self, rows: int, columns: int, bias: bool) -> None:
        super().__init__()
        self.spare = nn.Linear(columns, rows, bias)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return values


class _Function(nn.Module):
    """A step without weights."""

    def __init__(self, kind: str, size: float) -> None:
        super().__init__()
        self.kind, self.size = kind, size

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        match self.kind:
            case "flatten_channels_last":
                return values.permute(0, 2, 3, 1).flatten(1)
            case "flatten_mixed":
                return values.transpose(0, 1).reshape(len(values), -1)
            case "flatten_images_last":
                return values.permute(1, 2, 3, 0).reshape(len(values), -1)
            case "flatten_turned":
                return values.reshape(-1, len(values)).t()
            case "flatten_width_first":
                return values.transpose(2, 3).flatten(1)
            case "flatten_all":
                return values.flatten()
            case "squeezed":
                return values.squeeze()
            case "view":
                return values.reshape(-1, int(self.size))
            case "every":
                return values[:, :, :: int(self.size), :: int(self.size)]
            case "repeated":
                return values.repeat(1, int(self.size), 1, 1)
            case "softmax_in_evaluation":
                return values if self.training else values.softmax(-1)
            case "log_softmax_in_evaluation":
                return values if self.training else values.log_softmax(-1)
            case "centred_batch":
                return values - values.mean()
            case "mnist_scaled":
                return (values - 0.1307) / 0.3081
            case "imagenet_scaled":
                statistics = torch.tensor([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]], device=values.device)
                return (values - statistics[0].view(1, 3, 1, 1)).div(statistics[1].view(1, 3, 1, 1))
            case "channels_reversed":
                return values.flip(1)
            case "transposed":
                return values.transpose(2, 3)
            case "rows_as_maps":
                return values.permute(0, 2, 3, 1).reshape(values.shape)
            case "images_among_maps":
                return values.transpose(0, 1).reshape(values.shape)
            case "divide":
                return values / self.size
            case "shift":
                return (values - self.size) / self.size
            case "standardise_batch":
                return (values - values.mean()) / values.std()
            case "standardise_channels":
                apart = values - values.mean(dim=(0, 2, 3), keepdim=True)
                return apart / (values.std(dim=(0, 2, 3), keepdim=True) + 1e-5)
            case "standardise_images":
                apart = values - values.mean(dim=(1, 2, 3), keepdim=True)
                return apart / (values.std(dim=(1, 2, 3), keepdim=True) + 1e-5)
            case "over_largest_of_batch":
                return values / values.max()
            case "over_largest":
                return values / values.amax(dim=(1, 2, 3), keepdim=True)
            case "range_of_batch":
                return (values - values.min()) / (values.max() - values.min())
            case "range_of_images":
                least, largest = values.amin(dim=(1, 2, 3), keepdim=True), values.amax(dim=(1, 2, 3), keepdim=True)
                return (values - least) / (largest - least)
            case "beyond":
                return (values > self.size).to(values.dtype)
            case "rounded":
                return values.round()
            case "softmax_over_images":
                return values.softmax(0)
            case "minus_largest":
                return values - values.amax(-1, keepdim=True)
            case "argmax":
                return values.argmax(1)
            case "as_maps":
                return values[..., None, None]
            case "cut":
                return values.detach()
            case "dropout_always":
                return nn.functional.dropout(values, self.size, training=True)
        return values


def _layer(
    kind: str,
    shape: tuple[int, ...],
    size: float,
    kernel: int,
    stride: int,
    padding: int,
    groups: int,
    bias: bool,
    dilation: int,
    mode: str,
    towers: int,
) -> nn.Module:
    if towers > 1:
        part = (shape[0] // groups, *shape[1:])
        one = (kind, part, size / towers, kernel, stride, padding, groups // towers or 1, bias, dilation, mode, 1)
        return _Towers([_layer(*one) for _ in range(towers)], apart=groups > 1)
    if kind in ("lrn", "lrn_of_sum") and groups > 1:
        one = (kind, shape, size, kernel, stride, padding, 1, bias, dilation, mode, 1)
        return _Towers([_layer(*one) for _ in range(groups)], apart=True)
    inputs, ceil = shape[0] if shape else 1, mode == "ceil"
    convolutions: dict[str, type[nn.Conv2d]] = {"flipped": _Flipped, "before": _Before, "after": _After}
    convolution = convolutions.get(mode, nn.Conv2d)
    padding_mode: Any = mode if mode in ("reflect", "replicate", "circular") else "zeros"
    made: dict[str, Callable[[], nn.Module]] = {
        "conv": lambda: convolution(
            inputs, int(size), kernel, stride, padding, dilation, groups, bias, padding_mode=padding_mode
        ),
        "linear": lambda: nn.Linear(shape[-1], int(size), bias),
        "spare": lambda: _Spare(int(size), kernel, bias),
        "bias": lambda: _Bias(int(size) or inputs),
        "bn": lambda: (nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d)(inputs, eps=size or 1e-5),
        "bn_of_batch": lambda: nn.BatchNorm2d(inputs, affine=False, track_running_stats=False),
        "ln": lambda: nn.LayerNorm(shape, elementwise_affine=bias),
        "gn": lambda: nn.GroupNorm(int(size), inputs),
        "instance": lambda: nn.InstanceNorm2d(inputs),
        "lrn": lambda: nn.LocalResponseNorm(kernel or 5, *_alpha_and_beta(mode), k=size),
        "lrn_within": lambda: _WithinChannels(kernel, size),
        "lrn_of_sum": lambda: nn.LocalResponseNorm(
            5, alpha=5e-4, beta=0.75, k=size
        ),  # Krizhevsky et al. 2012, section 3.3
        "maxpool": lambda: _max_pool(mode, kernel, stride, padding, dilation),
        "avgpool": lambda: nn.AvgPool2d(kernel, stride, padding, ceil_mode=ceil),
        "adaptive": lambda: nn.AdaptiveAvgPool2d(int(size)),
        "adaptive_max": lambda: nn.AdaptiveMaxPool2d(int(size)),
        "dropout": lambda: nn.Dropout(size),
        "flatten": nn.Flatten,
        "relu": nn.ReLU,
        "leaky_relu": lambda: nn.LeakyReLU(size or 0.01),
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
        "gelu": nn.GELU,
        "elu": nn.ELU,
        "selu": nn.SELU,
        "silu": nn.SiLU,
        "softplus": nn.Softplus,
        "relu6": nn.ReLU6,
        "clamped": lambda: nn.Hardtanh(0, 1),
        "prelu": lambda: nn.PReLU(int(size) or 1),
        "softmax": lambda: nn.Softmax(dim=1),
        "log_softmax": lambda: nn.LogSoftmax(dim=1),
    }
    return made[kind]() if kind in made else _Function(kind, size)


def _alpha_and_beta(mode: str) -> tuple[float, float]:
    alpha, beta = map(float, mode.split()) if mode else (1e-4, 0.75)
    return alpha, beta


def _max_pool(mode: str, kernel: int, stride: int, padding: int, dilation: int) -> nn.Module:
    if mode == "apart":
        return _Apart(kernel)
    if mode.startswith("without"):
        return _Corners(int(mode.split()[1]))
    return nn.MaxPool2d(kernel, stride, padding, dilation, ceil_mode=mode == "ceil")
