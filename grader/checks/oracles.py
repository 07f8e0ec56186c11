"""
Right answers, worked out on our own and never by the reference solutions.  TRUSTED SIDE.

Sizes and counts are exact integers.  Positions are counted rather than computed by the textbook formula, so
that a slip in the formula cannot hide in the reference and in the oracle at once.  Imports no torch: the
checks of plain arithmetic must start without it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
Pair = tuple[int, int]
"""(height, width)."""


def conv2d_side(side: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """
    Return how many kernel positions fit along one axis.

    Args:
        side: Input length, in pixels, at least 1; *kernel* likewise.
        stride: Step between positions, in pixels, at least 1.
        padding: Zeros added at *each* end, in pixels.
        dilation: Distance between neighbouring taps of the kernel, in pixels, at least 1.

    Raises:
        ValueError: If the padded input is shorter than the kernel's span.

    Source: Dumoulin and Visin, arXiv:1603.07285, sections 2.4 and 5.1.
    """
    span = dilation * (kernel - 1) + 1
    last_start = side + 2 * padding - span
    positions = len(range(0, last_start + 1, stride))
    if positions == 0:
        raise ValueError(f"a span of {span} pixels does not fit into {side + 2 * padding} padded pixels")
    return positions


def conv2d_shape(
    input_shape: tuple[int, int, int],
    out_channels: int,
    kernel_size: int | Pair,
    stride: int | Pair = 1,
    padding: int | Pair = 0,
    dilation: int | Pair = 1,
) -> tuple[int, int, int]:
    """
    Return the (K, H, W) that a convolution makes of one (C, H, W) image; a single int stands for both sides.

    Raises:
        ValueError: If the kernel's span does not fit into the padded height or width.

    Source: the Shape section of torch.nn.Conv2d, one axis at a time by `conv2d_side`.
    """
    _, height, width = input_shape
    sizes = (pair(kernel_size), pair(stride), pair(padding), pair(dilation))
    vertical, horizontal = zip(*sizes, strict=True)
    return out_channels, conv2d_side(height, *vertical), conv2d_side(width, *horizontal)


def same_padding(kernel: int) -> int:
    """
    Return the zeros to add at each end so that a stride of 1 keeps the size.

    Raises:
        ValueError: If *kernel* is even: no padding that is equal at both ends keeps the size.

    Source: Dumoulin and Visin, arXiv:1603.07285, section 2.2.1 (half padding), found by search.
    """
    side = kernel  # any size will do, since a stride of 1 loses kernel - 1 pixels of every size
    for padding in range(kernel):
        if conv2d_side(side, kernel, padding=padding) == side:
            return padding
    raise ValueError(f"no equal padding at both ends keeps the size under a kernel of {kernel}")


def pool2d_side(side: int, kernel: int, stride: int | None = None, padding: int = 0) -> int:
    """
    Return how many pooling windows fit along one axis; *stride* None means windows side by side.

    Raises:
        ValueError: If *padding* is more than half the window, or the window does not fit.

    Source: torch.nn.MaxPool2d (ceil_mode=False); Dumoulin and Visin, arXiv:1603.07285, section 3.
    """
    if 2 * padding > kernel:
        raise ValueError(f"a padding of {padding} is more than half of a window of {kernel}")
    return conv2d_side(side, kernel, kernel if stride is None else stride, padding)


def conv2d_parameters(
    in_channels: int, out_channels: int, kernel_size: int | Pair, bias: bool = True, groups: int = 1
) -> int:
    """
    Return the number of trainable values of a convolution; *groups* divides both channel counts.

    Source: the Variables section of torch.nn.Conv2d: weight (K, C / groups, R, S) and bias (K).
    """
    rows, columns = pair(kernel_size)
    one_filter = sum(rows * columns for _ in range(in_channels // groups))
    return sum(one_filter + int(bias) for _ in range(out_channels))


def linear_parameters(in_features: int, out_features: int, bias: bool = True) -> int:
    """
    Return the number of trainable values of a fully connected layer.

    Source: the Variables section of torch.nn.Linear: weight (out, in) and bias (out).
    """
    return sum(in_features + int(bias) for _ in range(out_features))


def pair(size: int | Pair) -> Pair:
    """Return a size for both directions, of which an int is the same for each."""
    return (size, size) if isinstance(size, int) else size


def by_torch(function: Callable[..., Answer], *args: object) -> Answer:
    """Return what a function of torch gives, on one thread: where tensors are small, several take a hundred times as long."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return function(*args)
    finally:
        torch.set_num_threads(threads)
