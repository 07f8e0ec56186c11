"""AlexNet, for images of 224 x 224."""

import torch
from torch import nn


class AlexNet(nn.Module):
    def __init__(self, num_classes: int = 10):
        super().__init__()
        blocks = []
        for inputs, outputs, kernel, step, border, shrink in [
            (3, 96, 11, 4, 0, True),
            (96, 256, 5, 1, 2, True),
            (256, 384, 3, 1, 1, False),
            (384, 384, 3, 1, 1, False),
            (384, 256, 3, 1, 1, True),
        ]:
            blocks += [nn.Conv2d(inputs, outputs, kernel, step, border), nn.ReLU(True)]
            if shrink:
                blocks.append(nn.MaxPool2d(3, 2))
        self.maps = nn.Sequential(*blocks)
        self.first, self.second = nn.Linear(256 * 5 * 5, 4096), nn.Linear(4096, 4096)
        self.last = nn.Linear(4096, num_classes)
        self.drop = nn.Dropout()

    def forward(self, x):
        x = torch.flatten(self.maps(x), 1)
        for layer in (self.first, self.second):
            x = self.drop(torch.relu(layer(x)))
        return self.last(x)
