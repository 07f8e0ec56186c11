import numpy as np


def both(value):
    return value if isinstance(value, (tuple, list)) else (value, value)


def conv2d_output_size(n, f, stride=1, padding=0, dilation=1):
    reach = 1 + dilation * (f - 1)
    room = n + 2 * padding - reach
    if room < 0:
        raise ValueError("the filter does not fit")
    return room // stride + 1


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    shape = [out_channels]
    for i in (0, 1):
        shape.append(conv2d_output_size(input_shape[i + 1], *(both(x)[i] for x in (kernel_size, stride, padding, dilation))))
    return np.array(shape)


def same_padding(f):
    if f % 2 == 0:
        raise ValueError("an even filter has no middle")
    return f // 2


def pool2d_output_size(n, f, stride=None, padding=0):
    if padding > f / 2:
        raise ValueError("too much padding")
    return conv2d_output_size(n, f, stride or f, padding)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    height, width = both(kernel_size)
    return out_channels * (in_channels // groups * height * width + bool(bias))


def linear_parameter_count(in_features, out_features, bias=True):
    return out_features * (in_features + bool(bias))
