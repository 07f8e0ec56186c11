"""Homework 1."""


def conv2d_output_size(n: int, f: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return how many positions a filter has along one axis of an image."""
    spare = n + 2 * padding - (dilation * (f - 1) + 1)
    if spare <= 0:
        raise ValueError(f"a filter of {f} does not fit into {n} pixels with padding {padding}")
    return spare // stride + 1


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """Return the shape (K, H, W) that a convolutional layer makes of one (C, H, W) image."""
    _, height, width = input_shape
    sizes = (_pair(kernel_size), _pair(stride), _pair(padding), _pair(dilation))
    vertical, horizontal = zip(*sizes, strict=True)
    return out_channels, conv2d_output_size(height, *vertical), conv2d_output_size(width, *horizontal)


def same_padding(f: int) -> int:
    """Return the zeros to add at each end so that a filter with stride 1 keeps the size of its input."""
    if f % 2 == 0:
        raise ValueError(f"no equal padding at both ends keeps the size under an even filter, got {f}")
    return (f - 1) // 2


def pool2d_output_size(n: int, f: int, stride: int | None = None, padding: int = 0) -> int:
    """Return how many windows a pooling layer has along one axis."""
    if 2 * padding > f:
        raise ValueError(f"padding must be at most half of the window, got {padding} for a window of {f}")
    return conv2d_output_size(n, f, f if stride is None else stride, padding)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1) -> int:
    """Return how many numbers a convolutional layer learns."""
    height, width = _pair(kernel_size)
    weights = out_channels * (in_channels // groups) * height * width
    return weights + (out_channels if bias else 0)


def linear_parameter_count(in_features: int, out_features: int, bias: bool = True) -> int:
    """Return how many numbers a fully connected layer learns."""
    return in_features * out_features + (out_features if bias else 0)


def _pair(size):
    return (size, size) if isinstance(size, int) else size
