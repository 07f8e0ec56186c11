import math

import torch
import torch.nn.functional as F
from torch import nn

# No conv layers here. Patches -> columns -> one matrix product (im2col), as in the first lectures.


class MyConv(nn.Module):
    def __init__(self, c_in, c_out, k, stride=1, pad=0):
        super().__init__()
        bound = 1 / math.sqrt(c_in * k * k)
        self.weight = nn.Parameter(torch.empty(c_out, c_in * k * k).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(c_out).uniform_(-bound, bound))
        self.k, self.stride, self.pad = k, stride, pad

    def forward(self, x):
        n, _, h, w = x.shape
        h_out = (h + 2 * self.pad - self.k) // self.stride + 1
        w_out = (w + 2 * self.pad - self.k) // self.stride + 1
        cols = F.unfold(x, self.k, padding=self.pad, stride=self.stride)   # (n, c*k*k, h_out*w_out)
        out = self.weight @ cols + self.bias[:, None]
        return out.view(n, -1, h_out, w_out)


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = MyConv(3, 64, 11, stride=4, pad=2)
        self.conv2 = MyConv(64, 192, 5, pad=2)
        self.conv3 = MyConv(192, 384, 3, pad=1)
        self.conv4 = MyConv(384, 256, 3, pad=1)
        self.conv5 = MyConv(256, 256, 3, pad=1)
        self.fc1 = nn.Linear(9216, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        x = F.max_pool2d(self.conv1(x).relu(), 3, 2)
        x = F.max_pool2d(self.conv2(x).relu(), 3, 2)
        x = self.conv3(x).relu()
        x = self.conv4(x).relu()
        x = F.max_pool2d(self.conv5(x).relu(), 3, 2)
        x = self.dropout(x.flatten(1))
        x = self.dropout(self.fc1(x).relu())
        x = self.fc2(x).relu()
        return self.fc3(x)
