"""Where windows stand."""

import torch.nn.functional as F


def border(x, padding, value=0.0):
    return F.pad(x, (padding[1], padding[1], padding[0], padding[0]), value=value)


def positions(x, size, stride):
    """Yield each position with the part of x below it."""
    if size[0] > x.shape[2] or size[1] > x.shape[3]:
        raise ValueError(f"a window of {tuple(size)} does not fit")
    for i, top in enumerate(range(0, x.shape[2] - size[0] + 1, stride[0])):
        for j, left in enumerate(range(0, x.shape[3] - size[1] + 1, stride[1])):
            yield i, j, (slice(top, top + size[0]), slice(left, left + size[1]))


def shape(x, size, stride):
    return (x.shape[2] - size[0]) // stride[0] + 1, (x.shape[3] - size[1]) // stride[1] + 1
