import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, before, after, pool):
        super().__init__()
        self.conv = nn.Conv2d(before, after, kernel_size=3, stride=1, padding=1, bias=True)
        self.relu = nn.ReLU()
        self.pool = nn.MaxPool2d(pool)

    def forward(self, x):
        return self.pool(self.relu(self.conv(x)))


class NaiveConvNet(nn.Module):
    def __init__(self, num_classes=10, in_channels=1, width=64, hidden=128):
        super().__init__()
        self.block1 = Block(in_channels, width, 2)
        self.block2 = Block(width, 2 * width, 2)
        self.block3 = Block(2 * width, 4 * width, 7)
        self.hidden = nn.Linear(4 * width, hidden)
        self.out = nn.Linear(hidden, num_classes)
        self.apply(self.initialise)

    @staticmethod
    def initialise(layer):
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(x)))
        return self.out(torch.relu(self.hidden(x.reshape(x.shape[0], -1))))
