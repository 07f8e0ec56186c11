import numpy as np
import torch
from torch.nn import Module, Parameter


def iterations_per_epoch(total_inputs, batch_size, drop_last=False):
    if min(total_inputs, batch_size) < 1:
        raise ValueError(f"{total_inputs=}, {batch_size=}")
    rounded = np.floor if drop_last else np.ceil
    return int(rounded(np.float64(total_inputs) / batch_size))


def mlp_parameter_count(image_shape, hidden_units, num_classes, bias=True):
    sizes = np.array([np.prod(image_shape, dtype=np.int64), *hidden_units, num_classes], dtype=np.int64)
    return int((sizes[:-1] * sizes[1:]).sum() + bias * sizes[1:].sum())


def drawn(rows, columns):
    bound = rows**-0.5
    return Parameter(torch.empty(rows, columns).uniform_(-bound, bound)), Parameter(torch.empty(columns).uniform_(-bound, bound))


class LinearClassifier(Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.w, self.b = drawn(784, num_classes)

    def forward(self, images):
        return images.reshape(len(images), -1) @ self.w + self.b


class MLP(Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.w3, self.b3 = drawn(100, num_classes)
        self.w1, self.b1 = drawn(784, 100)
        self.w2, self.b2 = drawn(100, 100)

    def forward(self, images):
        x = torch.einsum("nchw,chwk->nk", images, self.w1.reshape(1, 28, 28, 100)) + self.b1
        x = (x * (x > 0)) @ self.w2 + self.b2
        return x.clamp(min=0) @ self.w3 + self.b3


class CifarMLP(Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.w1, self.b1 = drawn(3072, 256)
        self.w2, self.b2 = drawn(256, 128)
        self.w3, self.b3 = drawn(128, num_classes)

    def forward(self, images):
        x = torch.addmm(self.b1, images.reshape(-1, 3072), self.w1)
        x = torch.addmm(self.b2, torch.maximum(x, torch.zeros_like(x)), self.w2)
        return torch.addmm(self.b3, torch.where(x > 0, x, 0), self.w3)
