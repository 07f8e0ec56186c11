import math

import torch
import torch.nn as nn
import torch.nn.functional as F


def iterations_per_epoch(total_inputs, batch_size, drop_last=False):
    if total_inputs < 1 or batch_size < 1:
        raise ValueError("wrong")
    count, left = 0, total_inputs
    while left >= batch_size:
        left -= batch_size
        count += 1
    if left > 0 and drop_last is False:
        count += 1
    return count


def mlp_parameter_count(image_shape, hidden_units, num_classes, bias=True):
    n_in = 1
    for i in range(len(image_shape)):
        n_in = n_in * image_shape[i]
    total = 0
    for i in range(len(hidden_units) + 1):
        if i < len(hidden_units):
            n_out = hidden_units[i]
        else:
            n_out = num_classes
        total = total + n_in * n_out
        if bias == True:
            total = total + n_out
        n_in = n_out
    return total


class LinearClassifier(nn.Module):
    def __init__(self, num_classes=10):
        super(LinearClassifier, self).__init__()
        self.out = nn.Linear(28 * 28, num_classes)
        nn.init.xavier_normal_(self.out.weight)

    def forward(self, images):
        return torch.stack([self.out(image.view(-1)) for image in images])


class MLP(nn.Module):
    def __init__(self, num_classes=10):
        super(MLP, self).__init__()
        self.out = nn.Linear(100, num_classes)
        self.hidden_2 = nn.Linear(100, 100)
        self.hidden_1 = nn.Linear(28 * 28, 100)
        for layer in (self.hidden_1, self.hidden_2, self.out):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, images):
        rows = []
        for image in images:
            h = F.relu(self.hidden_1(image.reshape(784)))
            h = F.relu(self.hidden_2(h))
            rows.append(self.out(h))
        return torch.stack(rows)


class CifarMLP(nn.Module):
    def __init__(self, num_classes=10):
        super(CifarMLP, self).__init__()
        self.layers = nn.ModuleDict({"c": nn.Linear(128, num_classes), "a": nn.Linear(3072, 256), "b": nn.Linear(256, 128)})

    def forward(self, images):
        n = images.size(0)
        x = images.contiguous().view(n, -1)
        x = F.threshold(self.layers["a"](x), 0.0, 0.0)
        x = F.threshold(self.layers["b"](x), 0.0, 0.0)
        return self.layers["c"](x)
