import numpy as np


def conv2d_output_size(n, f, stride=1, padding=0, dilation=1):
    room = np.int64(n) + 2 * padding - dilation * (f - 1) - 1
    if room < 0:
        raise ValueError("filter larger than the padded input")
    return np.floor_divide(room, stride) + 1


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    size = np.array(input_shape[1:])
    kernel, step, zeros, gap = (np.broadcast_to(x, 2) for x in (kernel_size, stride, padding, dilation))
    room = size + 2 * zeros - gap * (kernel - 1) - 1
    if np.any(room < 0):
        raise ValueError("filter larger than the padded input")
    return [out_channels, *(room // step + 1)]


def same_padding(f):
    half, rest = np.divmod(np.int32(f - 1), 2)
    if rest:
        raise ValueError("needs an odd filter")
    return half


def pool2d_output_size(n, f, stride=None, padding=0):
    if padding > f / 2:
        raise ValueError("pad should be at most half of the kernel size")
    return conv2d_output_size(n, f, f if stride is None else stride, padding)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    cells = np.prod(np.broadcast_to(kernel_size, 2))
    return out_channels * np.floor_divide(in_channels, groups) * cells + np.where(bias, out_channels, 0)


def linear_parameter_count(in_features, out_features, bias=True):
    return np.prod([in_features + int(bias), out_features], dtype=np.int64)
