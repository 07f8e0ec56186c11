import itertools

import numpy as np


def _sides(shape, size, stride, padding):
    sides = [(n + 2 * padding - f) // stride + 1 for n, f in zip(shape[1:], size)]
    if min(n + 2 * padding - f for n, f in zip(shape[1:], size)) < 0:
        raise ValueError(f"{size} does not fit into {shape} with padding {padding}")
    return sides


def im2col(image, kernel_size, stride=1, padding=0):
    image = np.asarray(image)
    high, wide = _sides(image.shape, kernel_size, stride, padding)
    padded = np.pad(image, ((0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel_size, axis=(1, 2))[:, ::stride, ::stride]
    assert windows.shape[1:3] == (high, wide)
    return np.transpose(windows, (0, 3, 4, 1, 2)).reshape(-1, high * wide)


def conv_by_im2col(image, filters, bias=None, stride=1, padding=0):
    filters = np.asarray(filters)
    if filters.shape[1] != image.shape[0]:
        raise ValueError("channels of filters and image differ")
    high, wide = _sides(image.shape, filters.shape[2:], stride, padding)
    maps = np.dot(filters.reshape(filters.shape[0], -1), im2col(image, filters.shape[2:], stride, padding))
    if bias is not None:
        maps += np.asarray(bias).reshape(-1, 1)
    return maps.reshape(-1, high, wide)


def dense_matrix(filters, image_shape, stride=1, padding=0):
    pixels = int(np.prod(image_shape))
    # the column of a pixel is what the layer makes of an image in which it alone is 1
    columns = [
        conv_by_im2col(np.eye(pixels)[number].reshape(image_shape), filters, None, stride, padding).reshape(-1)
        for number in range(pixels)
    ]
    return np.stack(columns, axis=1)


def free_weights(image_shape, filter_sizes):
    return image_shape[0] * sum(np.prod(size) for size in filter_sizes)


def dense_weights(image_shape, filter_sizes, stride=1, padding=0):
    outputs = sum(np.prod(_sides(image_shape, size, stride, padding)) for size in filter_sizes)
    return np.prod(image_shape) * outputs + outputs  # every output has a bias


def zero_weights(image_shape, filter_sizes, stride=1, padding=0):
    seen = 0
    for size in filter_sizes:
        seen += im2col(np.ones(image_shape), size, stride, padding).sum()
    outputs = sum(np.prod(_sides(image_shape, size, stride, padding)) for size in filter_sizes)
    return np.prod(image_shape) * outputs - seen


def shared_gradient(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    dense_gradient = np.asarray(dense_gradient)
    high, wide = _sides(image_shape, kernel_size, stride, padding)
    padded = np.pad(
        dense_gradient.reshape(-1, high, wide, *image_shape),
        ((0, 0), (0, 0), (0, 0), (0, 0), (padding, padding), (padding, padding)),
    )
    total = np.zeros((padded.shape[0], image_shape[0], *kernel_size))
    for i, j in itertools.product(range(high), range(wide)):
        top, left = i * stride, j * stride
        total += padded[:, i, j, :, top : top + kernel_size[0], left : left + kernel_size[1]]
    return total


def filters_of(matrix, image_shape, kernel_size, stride=1, padding=0):
    matrix = np.asarray(matrix)
    ones = np.ones((1, image_shape[0], *kernel_size))
    copies = shared_gradient(dense_matrix(ones, image_shape, stride, padding), image_shape, kernel_size, stride, padding)
    filters = shared_gradient(matrix, image_shape, kernel_size, stride, padding) / copies
    if np.abs(dense_matrix(filters, image_shape, stride, padding) - matrix).max() > 1e-6:
        raise ValueError("no convolution")
    return filters
