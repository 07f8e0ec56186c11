import math

import torch
import torch.nn.functional as F
from torch import Tensor


def im2col(image: Tensor, kernel_size, stride=1, padding=0) -> Tensor:
    padded = F.pad(image, [padding] * 4)
    if kernel_size[0] > padded.shape[-2] or kernel_size[1] > padded.shape[-1]:
        raise ValueError(f"window {kernel_size} is larger than {tuple(padded.shape[1:])}")
    patches = padded.unfold(1, kernel_size[0], stride).unfold(2, kernel_size[1], stride)  # C, H', W', R, S
    return patches.permute(0, 3, 4, 1, 2).flatten(3).flatten(0, 2)


def conv_by_im2col(image, filters, bias=None, stride=1, padding=0):
    if filters.size(1) != image.size(0):
        raise ValueError("the channels do not match")
    h, w = (math.floor((n + 2 * padding - f) / stride + 1) for n, f in zip(image.shape[1:], filters.shape[2:]))
    columns = im2col(image, filters.shape[2:], stride, padding)
    maps = torch.einsum("kd,dp->kp", filters.flatten(1), columns).view(-1, h, w)
    return maps if bias is None else maps + bias.view(-1, 1, 1)


def dense_matrix(filters, image_shape, stride=1, padding=0):
    def layer(pixels):
        return conv_by_im2col(pixels.view(image_shape), filters, stride=stride, padding=padding).flatten()

    return torch.autograd.functional.jacobian(layer, torch.zeros(math.prod(image_shape), dtype=filters.dtype))


def free_weights(image_shape, filter_sizes):
    return sum(torch.empty(image_shape[0], *size).numel() for size in filter_sizes)


def dense_weights(image_shape, filter_sizes, stride=1, padding=0):
    c, h, w = image_shape
    outputs = [
        len(range(0, h + 2 * padding - r + 1, stride)) * len(range(0, w + 2 * padding - s + 1, stride))
        for r, s in filter_sizes
    ]
    return c * h * w * sum(outputs)


def zero_weights(image_shape, filter_sizes, stride=1, padding=0):
    c, h, w = image_shape

    def on_pixels(n, f):
        """Weights of all windows along one side that lie on pixels."""
        starts = range(-padding, n + padding - f + 1, stride)
        return sum(min(start + f, n) - max(start, 0) for start in starts if min(start + f, n) > max(start, 0))

    seen = sum(c * on_pixels(h, r) * on_pixels(w, s) for r, s in filter_sizes)
    return dense_weights(image_shape, filter_sizes, stride, padding) - seen


def shared_gradient(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    h, w = ((n + 2 * padding - f) // stride + 1 for n, f in zip(image_shape[1:], kernel_size))
    count = dense_gradient.shape[0] // (h * w)
    filters = torch.zeros(count, image_shape[0], *kernel_size, dtype=torch.float64, requires_grad=True)
    # M depends on the filters linearly: each pixel's column is a map of that pixel
    lit = torch.eye(math.prod(image_shape), dtype=torch.float64)
    columns = [conv_by_im2col(one.view(image_shape), filters, None, stride, padding).flatten() for one in lit]
    matrix = torch.stack(columns, dim=1)
    matrix.backward(dense_gradient)
    return filters.grad


def filters_of(matrix, image_shape, kernel_size, stride=1, padding=0):
    h, w = ((n + 2 * padding - f) // stride + 1 for n, f in zip(image_shape[1:], kernel_size))
    per_filter = matrix.reshape(-1, h * w * math.prod(image_shape))
    size = image_shape[0] * math.prod(kernel_size)
    units = torch.eye(size, dtype=torch.float64).reshape(size, image_shape[0], *kernel_size)
    basis = dense_matrix(units, image_shape, stride, padding).reshape(size, -1)
    # matrices of unit filters do not overlap, so they are an orthogonal basis
    weights = per_filter @ basis.T / basis.sum(dim=1)
    if not torch.allclose(weights @ basis, per_filter):
        raise ValueError("this layer is no convolution")
    return weights.reshape(-1, image_shape[0], *kernel_size)
