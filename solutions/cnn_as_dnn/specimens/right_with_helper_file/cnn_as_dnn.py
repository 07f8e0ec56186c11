import torch

from geometry import Layer


def im2col(image, kernel_size, stride=1, padding=0):
    return Layer(image.shape, kernel_size, stride, padding).links @ image.double().flatten()


def conv_by_im2col(image, filters, bias=None, stride=1, padding=0):
    layer = Layer(image.shape, filters.shape[2:], stride, padding)
    if filters[0].numel() != layer.weights:
        raise ValueError("other channels")
    maps = filters.flatten(start_dim=1).matmul(im2col(image, filters.shape[2:], stride, padding))
    maps += 0 if bias is None else bias.unsqueeze(1)
    return maps.unflatten(1, layer.map_shape)


def dense_matrix(filters, image_shape, stride=1, padding=0):
    layer = Layer(image_shape, filters.shape[2:], stride, padding)
    if filters.shape[1] != image_shape[0]:
        raise ValueError("other channels")
    return torch.tensordot(filters.flatten(1), layer.links, dims=1).flatten(0, 1)


free_weights = lambda image_shape, filter_sizes: sum(Layer((image_shape[0], *size), size).weights for size in filter_sizes)


def dense_weights(image_shape, filter_sizes, stride=1, padding=0):
    layers = [Layer(image_shape, size, stride, padding) for size in filter_sizes]
    return sum(layer.outputs * layer.pixels for layer in layers)


def zero_weights(image_shape, filter_sizes, stride=1, padding=0):
    layers = [Layer(image_shape, size, stride, padding) for size in set(filter_sizes)]
    return sum(
        filter_sizes.count(layer.kernel_size) * (layer.outputs * layer.pixels - _seen(layer)) for layer in layers
    )


def _seen(layer):
    # large images would need large tensors of links: a padded image of ones shows as much
    channels, height, width = layer.image_shape
    padded = torch.zeros(height + 2 * layer.padding, width + 2 * layer.padding, dtype=torch.int64)
    padded[layer.padding : layer.padding + height, layer.padding : layer.padding + width] = 1
    sums = torch.nn.functional.pad(padded, (1, 0, 1, 0)).cumsum(0).cumsum(1)
    rows, columns = layer.kernel_size
    windows = sums[rows:, columns:] - sums[:-rows, columns:] - sums[rows:, :-columns] + sums[:-rows, :-columns]
    return channels * windows[:: layer.stride, :: layer.stride].sum()


def shared_gradient(dense_gradient, image_shape, kernel_size, stride=1, padding=0):
    layer = Layer(image_shape, kernel_size, stride, padding)
    gradient = dense_gradient.unflatten(0, (-1, layer.outputs))
    return torch.einsum("kop,wop->kw", gradient, layer.links).unflatten(1, (image_shape[0], *kernel_size))


def filters_of(matrix, image_shape, kernel_size, stride=1, padding=0):
    layer = Layer(image_shape, kernel_size, stride, padding)
    by_filter = matrix.reshape(-1, layer.outputs * layer.pixels)
    # least squares: which weights come nearest, and is that near enough?
    links = layer.links.flatten(1)
    weights = torch.linalg.lstsq(links.T, by_filter.T).solution.T
    if (weights @ links - by_filter).abs().max() > 0.01:
        raise ValueError("nothing shared explains this matrix")
    return weights.reshape(-1, image_shape[0], *kernel_size)
