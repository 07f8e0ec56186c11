import torch
from torch import nn


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(3, 96, 11, 4), nn.Sigmoid(), nn.MaxPool2d(3, 2),
            nn.Conv2d(96, 256, 5, 1, 2), nn.Sigmoid(), nn.MaxPool2d(3, 2),
            nn.Conv2d(256, 384, 3, 1, 1), nn.Sigmoid(),
            nn.Conv2d(384, 384, 3, 1, 1), nn.Sigmoid(),
            nn.Conv2d(384, 256, 3, 1, 1), nn.Sigmoid(), nn.MaxPool2d(3, 2),
            nn.Flatten(),
            nn.Linear(9216, 4096), nn.Sigmoid(), nn.Dropout(0.5),
            nn.Linear(4096, 4096), nn.Sigmoid(), nn.Dropout(0.5),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.net(x)
