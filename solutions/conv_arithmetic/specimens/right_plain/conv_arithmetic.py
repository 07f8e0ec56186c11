"""My answers to the convolution arithmetic assignment."""


def to_pair(x):
    return x if isinstance(x, (tuple, list)) else (x, x)


def conv2d_output_size(n, f, stride=1, padding=0, dilation=1):
    f = dilation * (f - 1) + 1  # pixels that the filter covers
    if n + 2 * padding < f:
        raise ValueError(f"a filter of {f} pixels does not fit into {n} + 2 * {padding} pixels")
    return (n - f + 2 * padding) // stride + 1


def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    c, h, w = input_shape
    (fh, fw), (sh, sw) = to_pair(kernel_size), to_pair(stride)
    (ph, pw), (dh, dw) = to_pair(padding), to_pair(dilation)
    return (out_channels, conv2d_output_size(h, fh, sh, ph, dh), conv2d_output_size(w, fw, sw, pw, dw))


def same_padding(f):
    if f % 2 == 0:
        raise ValueError("even filters have no same padding")
    return (f - 1) // 2


def pool2d_output_size(n, f, stride=None, padding=0):
    if padding > f // 2:
        raise ValueError("padding should be at most half of the window")
    return conv2d_output_size(n, f, stride or f, padding)


def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1):
    fh, fw = to_pair(kernel_size)
    per_filter = in_channels // groups * fh * fw
    return out_channels * (per_filter + (1 if bias else 0))


def linear_parameter_count(in_features, out_features, bias=True):
    return out_features * (in_features + bool(bias))
