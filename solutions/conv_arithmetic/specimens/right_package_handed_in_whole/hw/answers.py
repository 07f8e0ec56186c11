from hw.pairs import height_and_width

from .windows import both, count


def conv2d_output_size(n, f, stride=1, padding=0, dilation=1):
    return count(n, f, stride, padding, dilation)


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    return (out_channels, *both(input_shape[1:], kernel_size, stride, padding, dilation))


def same_padding(f):
    if not f & 1:
        raise ValueError("the filter must be odd")
    return f >> 1


def pool2d_output_size(n, f, stride=None, padding=0):
    if 2 * padding > f:
        raise ValueError("a window would see only padding")
    return count(n, f, f if stride is None else stride, padding, 1)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    height, width = height_and_width(kernel_size)
    return (height * width * in_channels // groups + (1 if bias else 0)) * out_channels


def linear_parameter_count(in_features, out_features, bias=True):
    return (in_features + (1 if bias else 0)) * out_features
