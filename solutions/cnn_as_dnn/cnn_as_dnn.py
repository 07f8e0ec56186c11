"""Reference solution of A CNN is a special case of a DNN."""  # SOLUTION NO PROMPT

# %% [markdown]
# # A CNN is a special case of a DNN
#
# A fully connected layer multiplies its input by a matrix. A convolution does so too: its matrix is full of zeros, and the few
# numbers that are left are used again and again. Here you build that matrix, count its weights and work out their gradient.
#
# Replace every `raise NotImplementedError` by your answer and keep the names of the functions and of their arguments. Then run
#
#     grader check cnn_as_dnn
#
# or, in the notebook, its last cell.

# %%
import torch

# %% [markdown]
# ## 1. Windows as columns


# %%
def im2col(image: torch.Tensor, kernel_size: tuple[int, int], stride: int = 1, padding: int = 0) -> torch.Tensor:
    """
    Return the matrix whose columns are the windows of an image.

    Args:
        image: Tensor of shape (C, H, W).
        kernel_size: Pair (R, S): height and width of a window.
        stride: Step from one window to the next, in both directions.
        padding: Rows and columns of zeros added at each of the four sides.

    Returns:
        Tensor of shape (C * R * S, H' * W'). A column holds one window as `window.flatten()` orders it: channel by channel, each
        row by row. Windows follow each other from left to right, then from top to bottom.

    Raises:
        ValueError: If a window is higher or wider than the padded image.

    Examples:
        im2col(torch.arange(1.0, 10.0).reshape(1, 3, 3), (2, 2)) is [[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]]
    """
    # BEGIN SOLUTION
    channels, height, width = image.shape
    rows, columns = kernel_size
    high, wide = _positions((channels, height, width), kernel_size, stride, padding)
    padded = image.new_zeros(channels, height + 2 * padding, width + 2 * padding)
    padded[:, padding : padding + height, padding : padding + width] = image
    seen = [
        padded[:, row : row + stride * high : stride, column : column + stride * wide : stride].reshape(channels, -1)
        for row in range(rows)
        for column in range(columns)
    ]
    return torch.stack(seen, dim=1).reshape(channels * rows * columns, high * wide)
    # END SOLUTION


# %% [markdown]
# ## 2. A convolution as one matrix product


# %%
def conv_by_im2col(
    image: torch.Tensor, filters: torch.Tensor, bias: torch.Tensor | None = None, stride: int = 1, padding: int = 0
) -> torch.Tensor:
    """
    Return the feature maps of a convolutional layer, worked out as one product of two matrices.

    Args:
        image: Tensor of shape (C, H, W).
        filters: Tensor of shape (K, C, R, S): K filters.
        bias: Tensor of shape (K,), a bias for each filter; None means no biases.
        stride: Step from one window to the next, in both directions.
        padding: Rows and columns of zeros added at each of the four sides.

    Returns:
        Tensor of shape (K, H', W'): one map for each filter.

    Raises:
        ValueError: If the filters do not have as many channels as the image, or do not fit into the padded image.
    """
    # BEGIN SOLUTION
    count, channels, rows, columns = filters.shape
    if channels != len(image):
        raise ValueError(f"filters of {channels} channels cannot see an image of {len(image)}")
    high, wide = _positions(image.shape, (rows, columns), stride, padding)
    maps = filters.reshape(count, -1) @ im2col(image, (rows, columns), stride, padding)
    if bias is not None:
        maps = maps + bias.reshape(-1, 1)
    return maps.reshape(count, high, wide)
    # END SOLUTION


# %% [markdown]
# ## 3. A convolution as a fully connected layer


# %%
def dense_matrix(
    filters: torch.Tensor, image_shape: tuple[int, int, int], stride: int = 1, padding: int = 0
) -> torch.Tensor:
    """
    Return the weights of the fully connected layer that computes what a convolution computes.

    Args:
        filters: Tensor of shape (K, C, R, S).
        image_shape: The shape (C, H, W) of the images.
        stride: Step from one window to the next, in both directions.
        padding: Rows and columns of zeros added at each of the four sides.

    Returns:
        Tensor M of shape (K * H' * W', C * H * W), so that `M @ image.flatten()` is `maps.flatten()` for every image.

    Raises:
        ValueError: If the filters do not have C channels, or do not fit into the padded image.

    Examples:
        dense_matrix(torch.tensor([[[[1.0, 2.0]]]]), (1, 1, 3)) is [[1, 2, 0], [0, 1, 2]]
    """
    # BEGIN SOLUTION
    count, channels, rows, columns = filters.shape
    if channels != image_shape[0]:
        raise ValueError(f"filters of {channels} channels cannot see images of {image_shape[0]}")
    seen = _seen(image_shape, (rows, columns), stride, padding)
    weights, positions = seen.shape
    matrix = filters.new_zeros(count, positions, 1 + image_shape[0] * image_shape[1] * image_shape[2])
    matrix[:, torch.arange(positions), seen] = filters.reshape(count, weights, 1).expand(-1, -1, positions)
    return matrix[:, :, 1:].reshape(count * positions, -1)
    # END SOLUTION


# %% [markdown]
# ## 4. Free weights and zeros


# %%
def free_weights(image_shape: tuple[int, int, int], filter_sizes: list[tuple[int, int]]) -> int:
    """
    Return how many weights a convolutional layer learns, without biases.

    Args:
        image_shape: The shape (C, H, W) of the images.
        filter_sizes: List of pairs (R, S), one for each filter: its height and width. Each filter sees all C channels.

    Examples:
        free_weights((1, 5, 4), [(2, 2), (4, 4)]) is 20
    """
    # BEGIN SOLUTION
    return sum(image_shape[0] * rows * columns for rows, columns in filter_sizes)
    # END SOLUTION


# %%
def dense_weights(
    image_shape: tuple[int, int, int], filter_sizes: list[tuple[int, int]], stride: int = 1, padding: int = 0
) -> int:
    """
    Return how many weights a fully connected layer has that joins every pixel with every output of the same convolutional layer.

    Args:
        image_shape: The shape (C, H, W) of the images.
        filter_sizes: List of pairs (R, S), one for each filter.
        stride: Step from one window to the next, in both directions.
        padding: Rows and columns of zeros added at each of the four sides.

    Examples:
        dense_weights((1, 5, 4), [(2, 2), (3, 3)]) is 360
    """
    # BEGIN SOLUTION
    channels, height, width = image_shape
    outputs = 0
    for size in filter_sizes:
        high, wide = _positions(image_shape, size, stride, padding)
        outputs += high * wide
    return channels * height * width * outputs
    # END SOLUTION


# %%
def zero_weights(
    image_shape: tuple[int, int, int], filter_sizes: list[tuple[int, int]], stride: int = 1, padding: int = 0
) -> int:
    """
    Return how many of these weights are zero because an output does not see the pixel.

    Args:
        image_shape: The shape (C, H, W) of the images.
        filter_sizes: List of pairs (R, S), one for each filter.
        stride: Step from one window to the next, in both directions.
        padding: Rows and columns of zeros added at each of the four sides; they are no pixels.

    Examples:
        zero_weights((1, 1, 3), [(1, 2)]) is 2: of 6 weights, 4 join an output with a pixel that it sees
    """
    # BEGIN SOLUTION
    zeros = dense_weights(image_shape, filter_sizes, stride, padding)
    for size in filter_sizes:
        zeros -= int((_seen(image_shape, size, stride, padding) > 0).sum())
    return zeros
    # END SOLUTION


# %% [markdown]
# ## 5. The gradient of shared weights


# %%
def shared_gradient(
    dense_gradient: torch.Tensor,
    image_shape: tuple[int, int, int],
    kernel_size: tuple[int, int],
    stride: int = 1,
    padding: int = 0,
) -> torch.Tensor:
    """
    Return the gradient of the filters, from the gradient of the fully connected layer that equals the convolution.

    Args:
        dense_gradient: Tensor of shape (K * H' * W', C * H * W): the derivative of the loss for each weight of the matrix of
            exercise 3.
        image_shape: The shape (C, H, W) of the images.
        kernel_size: Pair (R, S).
        stride: Step from one window to the next, in both directions.
        padding: Rows and columns of zeros added at each of the four sides.

    Returns:
        Tensor of shape (K, C, R, S): the derivative of the loss for each weight of the filters.

    Examples:
        shared_gradient(torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), (1, 1, 3), (1, 2)) is [[[[6, 8]]]]
    """
    # BEGIN SOLUTION
    seen = _seen(image_shape, kernel_size, stride, padding)
    positions = seen.shape[1]
    by_output = dense_gradient.reshape(-1, positions, dense_gradient.shape[1])
    of_padding = by_output.new_zeros(len(by_output), positions, 1)
    used = torch.cat([of_padding, by_output], dim=2)[:, torch.arange(positions), seen]
    return used.sum(dim=2).reshape(-1, image_shape[0], *kernel_size)
    # END SOLUTION


# %% [markdown]
# ## 6. Which layers are convolutions


# %%
def filters_of(
    matrix: torch.Tensor,
    image_shape: tuple[int, int, int],
    kernel_size: tuple[int, int],
    stride: int = 1,
    padding: int = 0,
) -> torch.Tensor:
    """
    Return the filters of the convolution that a fully connected layer computes.

    Args:
        matrix: Tensor of shape (K * H' * W', C * H * W): the weights of the layer.
        image_shape: The shape (C, H, W) of the images.
        kernel_size: Pair (R, S).
        stride: Step from one window to the next, in both directions.
        padding: Rows and columns of zeros added at each of the four sides.

    Returns:
        Tensor of shape (K, C, R, S), of which `dense_matrix` makes *matrix*.

    Raises:
        ValueError: If there are no such filters.

    Examples:
        filters_of(torch.tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 2.0]]), (1, 1, 3), (1, 2)) is [[[[1, 2]]]]
        filters_of(torch.tensor([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]), (1, 1, 3), (1, 2)) is a ValueError
    """
    # BEGIN SOLUTION
    once = dense_matrix(matrix.new_ones(1, image_shape[0], *kernel_size), image_shape, stride, padding)
    uses = shared_gradient(once, image_shape, kernel_size, stride, padding)
    filters = shared_gradient(matrix, image_shape, kernel_size, stride, padding) / uses
    if not torch.allclose(dense_matrix(filters, image_shape, stride, padding), matrix):
        raise ValueError(
            "no filters give this matrix: it has other weights, or weights that differ where they should be shared"
        )
    return filters
    # END SOLUTION


# BEGIN SOLUTION NO PROMPT
def _positions(image_shape, kernel_size, stride, padding):
    """Return how many windows there are from top to bottom, and from left to right."""
    found = []
    for pixels, size in zip(image_shape[1:], kernel_size, strict=True):
        spare = pixels + 2 * padding - size
        if spare < 0:
            raise ValueError(f"a window of {size} does not fit into {pixels} pixels with padding {padding}")
        found.append(spare // stride + 1)
    return found


def _seen(image_shape, kernel_size, stride, padding):
    """Return which pixel, counted from 1, each weight of a filter sees at each position; 0 stands for padding."""
    channels, height, width = image_shape
    numbers = torch.arange(1, channels * height * width + 1).reshape(channels, height, width)
    return im2col(numbers, kernel_size, stride, padding)


# END SOLUTION
