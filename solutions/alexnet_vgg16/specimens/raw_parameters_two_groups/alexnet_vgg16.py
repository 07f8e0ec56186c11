import math

import torch
import torch.nn.functional as F
from torch import nn


class AlexNet(nn.Module):
    """The two GPUs of the paper are groups=2 in layers 2, 4 and 5."""

    # out channels, in channels per group, kernel, stride, padding, groups
    CONVS = [
        (96, 3, 11, 4, 0, 1),
        (256, 48, 5, 1, 2, 2),
        (384, 256, 3, 1, 1, 1),
        (384, 192, 3, 1, 1, 2),
        (256, 192, 3, 1, 1, 2),
    ]

    def __init__(self, num_classes=10):
        super().__init__()
        self.w = nn.ParameterList()
        self.b = nn.ParameterList()
        for k, c, r, *_ in self.CONVS:
            self.w.append(nn.Parameter(torch.randn(k, c, r, r) * math.sqrt(2 / (c * r * r))))
            self.b.append(nn.Parameter(torch.zeros(k)))
        for n_in, n_out in [(9216, 4096), (4096, 4096), (4096, num_classes)]:
            self.w.append(nn.Parameter(torch.empty(n_out, n_in).normal_(0, math.sqrt(1 / n_in))))
            self.b.append(nn.Parameter(torch.zeros(n_out)))

    def forward(self, x):
        for i, (_, _, _, stride, pad, groups) in enumerate(self.CONVS):
            x = torch.relu(F.conv2d(x, self.w[i], self.b[i], stride, pad, groups=groups))
            if i in (0, 1, 4):
                x = F.max_pool2d(x, 3, 2)
        x = x.flatten(1)
        for i in (5, 6):
            x = torch.dropout(x, 0.5, self.training)
            x = torch.relu(x @ self.w[i].t() + self.b[i])
        return x @ self.w[7].t() + self.b[7]
