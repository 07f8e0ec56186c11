import torch
from torch import nn


class NaiveConvNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            *self.block(1, 64), nn.MaxPool2d(2),
            *self.block(64, 128), nn.MaxPool2d(2),
            *self.block(128, 256), nn.AdaptiveMaxPool2d(1),
            nn.Conv2d(256, 128, kernel_size=1), nn.ReLU(inplace=True),
            nn.Conv2d(128, num_classes, kernel_size=1),
            nn.Flatten(),
        )

    @staticmethod
    def block(before, after):
        return nn.Conv2d(before, after, kernel_size=3, padding=1), nn.ReLU(inplace=True)

    def forward(self, x):
        return self.net(x)
