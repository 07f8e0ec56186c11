import torch
import torch.nn as nn


def conv(i, o, k, s=1, p=0):
    return nn.Sequential(nn.Conv2d(i, o, k, s, p, bias=False), nn.ReLU(inplace=True))


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        pool = nn.MaxPool2d(3, 2)
        self.features = nn.Sequential(
            conv(3, 96, 11, 4), pool,
            conv(96, 256, 5, 1, 2), pool,
            conv(256, 384, 3, 1, 1),
            conv(384, 384, 3, 1, 1),
            conv(384, 256, 3, 1, 1), pool,
        )
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(inplace=True),
            nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(inplace=True),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))
