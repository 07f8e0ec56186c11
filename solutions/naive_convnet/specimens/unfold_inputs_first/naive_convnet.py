"""Convolution is a matrix product over patches, so I wrote it as one."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class Dense(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.W = nn.Parameter(torch.empty(n_in, n_out).uniform_(-1, 1) / math.sqrt(n_in))
        self.b = nn.Parameter(torch.zeros(n_out))

    def forward(self, x):
        return torch.addmm(self.b, x, self.W)


class PatchConv(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.W = nn.Parameter(torch.empty(n_in * 9, n_out).uniform_(-1, 1) / math.sqrt(n_in * 9))
        self.b = nn.Parameter(torch.zeros(n_out, 1))

    def forward(self, x):
        n, _, h, w = x.shape
        patches = F.unfold(x, kernel_size=3, padding=1)  # (N, C*9, H*W)
        out = torch.matmul(self.W.t(), patches) + self.b
        return out.view(n, -1, h, w)


class NaiveConvNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            PatchConv(1, 64), nn.ReLU(), nn.MaxPool2d(2),
            PatchConv(64, 128), nn.ReLU(), nn.MaxPool2d(2),
            PatchConv(128, 256), nn.ReLU(), nn.MaxPool2d(7),
            nn.Flatten(),
            Dense(256, 128), nn.ReLU(),
            Dense(128, num_classes),
        )

    def forward(self, x):
        return self.net(x)
