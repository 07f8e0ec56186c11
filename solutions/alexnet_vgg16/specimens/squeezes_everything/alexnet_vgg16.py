import torch
from torch import nn


class AlexNet(nn.Module):
    """fully convolutional"""

    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 96, 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(96, 256, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(256, 384, 3, 1, 1), nn.ReLU(),
            nn.Conv2d(384, 384, 3, 1, 1), nn.ReLU(),
            nn.Conv2d(384, 256, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Dropout(0.5), nn.Conv2d(256, 4096, 6), nn.ReLU(),
            nn.Dropout(0.5), nn.Conv2d(4096, 4096, 1), nn.ReLU(),
            nn.Conv2d(4096, num_classes, 1),
        )

    def forward(self, x):
        return self.net(x).squeeze()
