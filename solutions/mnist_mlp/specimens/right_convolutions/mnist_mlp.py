import torch
from torch import nn


def iterations_per_epoch(total_inputs, batch_size, drop_last=False):
    assert_positive(total_inputs)
    assert_positive(batch_size)
    return len(torch.utils.data.BatchSampler(range(total_inputs), batch_size, drop_last))


def assert_positive(number):
    if not number >= 1:
        raise ValueError(number)


def mlp_parameter_count(image_shape, hidden_units, num_classes, bias=True):
    sizes = [torch.Size(image_shape).numel(), *hidden_units, num_classes]
    layers = [nn.Linear(a, b, bias=bias, device="meta") for a, b in zip(sizes[:-1], sizes[1:])]
    return sum(p.numel() for layer in layers for p in layer.parameters())


class LinearClassifier(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv = nn.Conv2d(1, num_classes, 28)

    def forward(self, images):
        return self.conv(images)[:, :, 0, 0]


class MLP(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 100, 28), nn.ReLU(), nn.Conv2d(100, 100, 1), nn.ReLU(), nn.Conv2d(100, num_classes, 1), nn.Flatten()
        )

    def forward(self, images):
        return self.layers(images)


class CifarMLP(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.a = nn.Conv2d(3, 256, 32)
        self.b = nn.Linear(256, 128)
        self.c = nn.Linear(128, num_classes)

    def forward(self, images):
        return self.c(self.b(self.a(images).relu().flatten(1)).relu())
