# I did not trust the formula, so I count.


def conv2d_output_size(n, f, stride=1, padding=0, dilation=1):
    last_pixel = n + 2 * padding - 1
    positions = 0
    start = 0
    while start + dilation * (f - 1) <= last_pixel:
        positions += 1
        start += stride
    if positions == 0:
        raise ValueError("no position at all")
    return positions


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    options = []
    for option in (kernel_size, stride, padding, dilation):
        if type(option) is int:
            option = [option] * 2
        options.append(option)
    answer = [out_channels]
    for i in range(2):
        answer.append(conv2d_output_size(input_shape[i + 1], *[option[i] for option in options]))
    return tuple(answer)


def same_padding(f):
    n = 3 * f
    for padding in range(f):
        if conv2d_output_size(n, f, 1, padding) == n:
            return padding
    raise ValueError("no padding works")


def pool2d_output_size(n, f, stride=None, padding=0):
    if len(range(f)) < len(range(padding)) * 2:
        raise ValueError("too much padding")
    if stride is None:
        stride = f
    return conv2d_output_size(n, f, stride, padding)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    try:
        rows, columns = kernel_size
    except TypeError:
        rows = columns = kernel_size
    total = 0
    for _ in range(out_channels):
        for _ in range(in_channels // groups):
            total += rows * columns
        if bias:
            total += 1
    return total


def linear_parameter_count(in_features, out_features, bias=True):
    total = 0
    for _ in range(out_features):
        total += in_features
        if bias:
            total += 1
    return total
