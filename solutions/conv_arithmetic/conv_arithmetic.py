"""Reference solution of Convolution arithmetic."""  # SOLUTION NO PROMPT

# %% [markdown]
# # Convolution arithmetic
#
# Six small functions that answer the questions you ask before you build any network:
# how large is the output of this layer, and how many parameters does it learn?
#
# Replace every `raise NotImplementedError` by your answer and keep the names of the functions and of their
# arguments. Sizes are in pixels, and every answer is a whole number (`int`). Then run
#
#     grader check conv_arithmetic
#
# or, in the notebook, its last cell.

# %% [markdown]
# ## 1. Output size of a convolution


# %%
def conv2d_output_size(n: int, f: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """
    Return how many positions a filter has along one axis of an image.

    Args:
        n: Input size, in pixels.
        f: Filter size, in pixels.
        stride: Step from one position to the next, in pixels.
        padding: Zeros added at each of the two ends, in pixels.
        dilation: Distance between neighbouring values of the filter, in pixels.

    Raises:
        ValueError: If the filter does not fit into the padded input.

    Examples:
        conv2d_output_size(7, 3) is 5
        conv2d_output_size(7, 3, stride=2) is 3
        conv2d_output_size(7, 3, stride=3) is 2, because a remainder is dropped
        conv2d_output_size(7, 3, padding=1) is 7
    """
    # BEGIN SOLUTION
    spare = n + 2 * padding - (dilation * (f - 1) + 1)
    if spare < 0:
        raise ValueError(f"a filter of {f} does not fit into {n} pixels with padding {padding}")
    return spare // stride + 1
    # END SOLUTION


# %% [markdown]
# ## 2. Output shape of a convolutional layer


# %%
def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    """
    Return the shape (K, H, W) that a convolutional layer makes of one image.

    Args:
        input_shape: Shape of the image, (C, H, W): channels, height, width.
        out_channels: Number of filters, K.
        kernel_size: Size of the filters: one int for a square, or a pair (height, width).
        stride: One int, or a pair (height, width); *padding* and *dilation* likewise.

    Raises:
        ValueError: If the filter does not fit into the padded height or width.

    Examples:
        conv2d_output_shape((3, 32, 32), 6, 5) is (6, 28, 28)
        conv2d_output_shape((1, 10, 20), 4, (3, 5), padding=(1, 0)) is (4, 10, 16)
    """
    # BEGIN SOLUTION
    _, height, width = input_shape
    sizes = (_pair(kernel_size), _pair(stride), _pair(padding), _pair(dilation))
    vertical, horizontal = zip(*sizes, strict=True)
    return out_channels, conv2d_output_size(height, *vertical), conv2d_output_size(width, *horizontal)
    # END SOLUTION


# %% [markdown]
# ## 3. Padding that keeps the size


# %%
def same_padding(f: int) -> int:
    """
    Return the zeros to add at each end so that a filter with stride 1 keeps the size of its input.

    Args:
        f: Filter size, in pixels.

    Raises:
        ValueError: If *f* is even: then no padding that is equal at both ends keeps the size.

    Examples:
        same_padding(3) is 1
        same_padding(5) is 2
        same_padding(7) is 3
    """
    # BEGIN SOLUTION
    if f % 2 == 0:
        raise ValueError(f"no equal padding at both ends keeps the size under an even filter, got {f}")
    return (f - 1) // 2
    # END SOLUTION


# %% [markdown]
# ## 4. Output size of a pooling layer


# %%
def pool2d_output_size(n: int, f: int, stride: int | None = None, padding: int = 0) -> int:
    """
    Return how many windows a pooling layer has along one axis.

    Args:
        n: Input size, in pixels.
        f: Window size, in pixels.
        stride: Step from one window to the next, in pixels; None means *f*, windows side by side.
        padding: Pixels added at each of the two ends, at most half of *f*.

    Raises:
        ValueError: If the padding is more than half of *f*, or the window does not fit.

    Examples:
        pool2d_output_size(28, 2) is 14
        pool2d_output_size(7, 7, stride=1) is 1
    """
    # BEGIN SOLUTION
    if 2 * padding > f:
        raise ValueError(f"padding must be at most half of the window, got {padding} for a window of {f}")
    return conv2d_output_size(n, f, f if stride is None else stride, padding)
    # END SOLUTION


# %% [markdown]
# ## 5. Parameters of a convolutional layer


# %%
def conv2d_parameter_count(in_channels, out_channels, kernel_size, bias=True, groups=1) -> int:
    """
    Return how many numbers a convolutional layer learns.

    Args:
        in_channels: Channels of the input.
        out_channels: Number of filters.
        kernel_size: Size of the filters: one int for a square, or a pair (height, width).
        bias: Whether every filter has a bias.
        groups: Into how many groups the channels are split; it divides *in_channels* and *out_channels*.

    Examples:
        conv2d_parameter_count(3, 1, 5) is 76: a dot product of 75 terms, and a bias
        conv2d_parameter_count(1, 64, 3) is 640
        conv2d_parameter_count(1, 1, 2, bias=False) is 4
    """
    # BEGIN SOLUTION
    height, width = _pair(kernel_size)
    weights = out_channels * (in_channels // groups) * height * width
    return weights + (out_channels if bias else 0)
    # END SOLUTION


# %% [markdown]
# ## 6. Parameters of a fully connected layer


# %%
def linear_parameter_count(in_features: int, out_features: int, bias: bool = True) -> int:
    """
    Return how many numbers a fully connected layer learns.

    Args:
        in_features: Number of inputs.
        out_features: Number of units, that is of outputs.
        bias: Whether every unit has a bias.

    Examples:
        linear_parameter_count(1024 * 1024, 100, bias=False) is 104857600
        linear_parameter_count(256, 128) is 32896
    """
    # BEGIN SOLUTION
    return in_features * out_features + (out_features if bias else 0)
    # END SOLUTION


# BEGIN SOLUTION NO PROMPT
def _pair(size):
    return (size, size) if isinstance(size, int) else size


# END SOLUTION
