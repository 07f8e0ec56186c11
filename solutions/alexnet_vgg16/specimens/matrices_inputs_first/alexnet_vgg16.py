import torch
from torch import nn


class FC(nn.Module):
    """y = xW + b, as in the lecture's formula."""

    def __init__(self, n_in, n_out):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(n_in, n_out) * (2 / n_in) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(1, n_out))

    def forward(self, x):
        return x @ self.weight + self.bias


def conv(n_in, n_out, k, **kw):
    return [nn.Conv2d(n_in, n_out, k, **kw), nn.ReLU()]


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            *conv(3, 96, 11, stride=4),
            nn.MaxPool2d(3, 2),
            *conv(96, 256, 5, padding=2),
            nn.MaxPool2d(3, 2),
            *conv(256, 384, 3, padding=1),
            *conv(384, 384, 3, padding=1),
            *conv(384, 256, 3, padding=1),
            nn.MaxPool2d(3, 2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.5),
            FC(256 * 6 * 6, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            FC(4096, 4096),
            nn.ReLU(),
            FC(4096, num_classes),
        )

    def forward(self, x):
        return self.classifier(self.features(x))
