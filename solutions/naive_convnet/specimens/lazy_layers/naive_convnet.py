import torch
from torch import nn


class NaiveConvNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(
            nn.LazyConv2d(64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.LazyConv2d(128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.LazyConv2d(256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(7),
        )
        self.head = nn.Sequential(nn.Flatten(), nn.LazyLinear(128), nn.ReLU(), nn.LazyLinear(num_classes))

    def forward(self, x):
        return self.head(self.features(x))
