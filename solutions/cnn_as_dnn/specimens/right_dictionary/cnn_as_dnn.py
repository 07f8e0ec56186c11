"""A sparse matrix as a dictionary, and everything worked out from it, number by number."""
from collections import Counter, defaultdict
from itertools import product

import torch


def positions(n, f, stride, padding):
    last = n + 2 * padding - f
    if last < 0:
        raise ValueError("too small an image")
    return list(range(-padding, last - padding + 1, stride))


def links(shape, size, stride, padding):
    """Yield ((i, j), (c, y, x), (c, r, s)) for every weight on a pixel."""
    channels, height, width = shape
    rows = list(enumerate(positions(height, size[0], stride, padding)))
    columns = list(enumerate(positions(width, size[1], stride, padding)))
    for (i, top), (j, left), c, r, s in product(rows, columns, range(channels), range(size[0]), range(size[1])):
        y, x = top + r, left + s
        if y in range(height) and x in range(width):
            yield (i * len(columns) + j), (c, y, x), (c, r, s)


def how_many(shape, size, stride, padding):
    return len(positions(shape[1], size[0], stride, padding)) * len(positions(shape[2], size[1], stride, padding))


def im2col(image, kernel_size, stride=1, padding=0):
    shape, (R, S) = tuple(image.shape), kernel_size
    answer = [[0.0] * how_many(shape, kernel_size, stride, padding) for _ in range(shape[0] * R * S)]
    pixels = image.tolist()
    for position, (c, y, x), (_, r, s) in links(shape, kernel_size, stride, padding):
        answer[(c * R + r) * S + s][position] = pixels[c][y][x]
    return torch.tensor(answer, dtype=torch.float64)


def conv_by_im2col(image, filters, bias=None, stride=1, padding=0):
    size = tuple(filters.shape[2:])
    matrix = dense_matrix(filters, tuple(image.shape), stride, padding)
    flat = torch.mv(matrix, image.reshape(-1))
    maps = flat.reshape(
        len(filters),
        len(positions(image.shape[1], size[0], stride, padding)),
        len(positions(image.shape[2], size[1], stride, padding)),
    )
    if bias is not None:
        for k in range(len(filters)):
            maps[k] += bias[k]
    return maps


def dense_matrix(filters, image_shape, stride=1, padding=0):
    K, C, R, S = filters.shape
    if C != image_shape[0]:
        raise ValueError(f"{C} channels, and {image_shape[0]}")
    _, H, W = image_shape
    P = how_many(image_shape, (R, S), stride, padding)
    weights = filters.tolist()
    sparse = defaultdict(float)
    for position, (c, y, x), (_, r, s) in links(image_shape, (R, S), stride, padding):
        for k in range(K):
            sparse[k * P + position, (c * H + y) * W + x] += weights[k][c][r][s]
    answer = [[sparse.get((row, column), 0.0) for column in range(C * H * W)] for row in range(K * P)]
    return torch.tensor(answer, dtype=torch.float64)


def free_weights(image_shape, filter_sizes):
    return len([None for r, s in filter_sizes for _ in product(range(image_shape[0]), range(r), range(s))])


def dense_weights(image_shape, filter_sizes, stride=1, padding=0):
    C, H, W = image_shape
    return sum(C * H * W * how_many(image_shape, size, stride, padding) for size in filter_sizes)


def zero_weights(image_shape, filter_sizes, stride=1, padding=0):
    used = Counter(size for size in filter_sizes for _ in links(image_shape, size, stride, padding))
    return dense_weights(image_shape, filter_sizes, stride, padding) - sum(used.values())


def shared_gradient(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    _, H, W = image_shape
    P = how_many(image_shape, kernel_size, stride, padding)
    K = len(dense_gradient) // P
    answer = torch.zeros((K, image_shape[0]) + tuple(kernel_size), dtype=torch.float64)
    for position, (c, y, x), weight in links(image_shape, kernel_size, stride, padding):
        answer[(slice(None), *weight)] += dense_gradient[position::P, (c * H + y) * W + x]
    return answer


def filters_of(matrix, image_shape, kernel_size, stride=1, padding=0):
    _, H, W = image_shape
    P = how_many(image_shape, kernel_size, stride, padding)
    K = len(matrix) // P
    left = {(row, column): value for row, line in enumerate(matrix.tolist()) for column, value in enumerate(line)}
    found = {}
    for position, (c, y, x), weight in links(image_shape, kernel_size, stride, padding):
        for k in range(K):
            value = left.pop((k * P + position, (c * H + y) * W + x))
            if found.setdefault((k, *weight), value) != value:
                raise ValueError("two copies differ")
    if any(left.values()):
        raise ValueError("sees too much")
    return torch.tensor([
        [[[found[k, c, r, s] for s in range(kernel_size[1])] for r in range(kernel_size[0])] for c in range(image_shape[0])]
        for k in range(K)
    ], dtype=torch.float64)
