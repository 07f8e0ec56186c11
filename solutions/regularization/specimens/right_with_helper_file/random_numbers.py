import torch


def centred(shape, bound):
    return (torch.rand(*shape) - 0.5) * 2 * bound


def coin_flips(x, p):
    flips = torch.bernoulli(torch.full_like(x, 1 - p))
    return flips if p in (0, 1) else flips.div(1 - p)
