from geometry import as_pair, positions


def conv2d_output_size(n, f, stride=1, padding=0, dilation=1):
    return positions(n, f, stride, padding, dilation)


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    rows, columns = zip(as_pair(kernel_size), as_pair(stride), as_pair(padding), as_pair(dilation))
    return out_channels, positions(input_shape[1], *rows), positions(input_shape[2], *columns)


def same_padding(f):
    padding, rest = divmod(f - 1, 2)
    if rest:
        raise ValueError(f"{f} is even")
    return padding


def pool2d_output_size(n, f, stride=None, padding=0):
    if padding * 2 > f:
        raise ValueError("more padding than half of the window")
    return positions(n, f, f if stride is None else stride, padding, 1)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    rows, columns = as_pair(kernel_size)
    channels, rest = divmod(in_channels, groups)
    if rest:
        raise ValueError("groups must divide the channels")
    return out_channels * channels * rows * columns + out_channels * int(bias)


def linear_parameter_count(in_features, out_features, bias=True):
    return conv2d_parameter_count(in_features, out_features, 1, bias)
