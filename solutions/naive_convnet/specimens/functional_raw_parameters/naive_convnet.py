import math

import torch
import torch.nn.functional as F
from torch import nn


def weights(*shape):
    fan_in = math.prod(shape[1:])
    return nn.Parameter(torch.randn(shape) * math.sqrt(2 / fan_in))


class NaiveConvNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.w1, self.b1 = weights(64, 1, 3, 3), nn.Parameter(torch.zeros(64))
        self.w2, self.b2 = weights(128, 64, 3, 3), nn.Parameter(torch.zeros(128))
        self.w3, self.b3 = weights(256, 128, 3, 3), nn.Parameter(torch.zeros(256))
        self.w4, self.b4 = weights(128, 256), nn.Parameter(torch.zeros(128))
        self.w5, self.b5 = nn.Parameter(torch.randn(num_classes, 128) * 0.05), nn.Parameter(torch.zeros(num_classes))

    def forward(self, x):
        x = F.max_pool2d(F.relu(F.conv2d(x, self.w1, self.b1, padding=1)), 2)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.w2, self.b2, padding=1)), 2)
        x = F.relu(F.conv2d(x, self.w3, self.b3, padding=1))
        x = torch.amax(x, dim=(2, 3))
        x = torch.relu(x @ self.w4.T + self.b4)
        return x @ self.w5.T + self.b5
