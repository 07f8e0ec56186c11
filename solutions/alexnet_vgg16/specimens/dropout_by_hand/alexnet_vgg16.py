"""AlexNet as in the paper, with a coin for each unit while it trains."""
import random

import torch
from torch import nn


def toss(units, p=.5):
    coins = [random.random() >= p for _ in range(units.shape[-1])]
    return units * torch.tensor(coins, dtype=units.dtype) / (1 - p)


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.c = nn.ModuleList([nn.Conv2d(3, 96, 11, 4), nn.Conv2d(96, 256, 5, padding=2), nn.Conv2d(256, 384, 3, padding=1),
                                nn.Conv2d(384, 384, 3, padding=1), nn.Conv2d(384, 256, 3, padding=1)])
        self.f = nn.ModuleList([nn.Linear(9216, 4096), nn.Linear(4096, 4096)])
        self.out = nn.Linear(4096, num_classes)

    def forward(self, x):
        for number, conv in enumerate(self.c):
            x = conv(x).relu()
            if number in (0, 1, 4):
                x = nn.functional.max_pool2d(x, 3, 2)
        x = x.flatten(1)
        for layer in self.f:
            x = layer(toss(x) if self.training else x).relu()
        return self.out(x)
