import numpy as np


def conv2d_output_size(n, f, stride=1, padding=0, dilation=1):
    rest = n + 2 * padding - dilation * (f - 1) - 1
    if rest < 0:
        raise ValueError("the filter is larger than the padded input")
    return 1 + rest // stride


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    def pick(option, axis):
        return option if isinstance(option, int) else option[axis]

    options = (kernel_size, stride, padding, dilation)
    sides = [conv2d_output_size(input_shape[axis + 1], *(pick(o, axis) for o in options)) for axis in range(2)]
    return (out_channels, *sides)


def same_padding(f):
    if f % 2:
        return f // 2
    raise ValueError("even filter")


def pool2d_output_size(n, f, stride=None, padding=0):
    if 2 * padding > f:
        raise ValueError("too much padding")
    return conv2d_output_size(n, f, f if stride is None else stride, padding)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    rows, columns = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    per_filter = rows * columns * (in_channels // groups)
    return out_channels * (per_filter + (1 if bias else 0))


def linear_parameter_count(in_features, out_features, bias=True):
    sizes = np.array([in_features * out_features, out_features * bias], dtype=np.float32)
    return int(sizes.sum())
