import torch
from torch import nn
import torch.nn.functional as F


class VGGBlock(nn.Module):
    """n convolutions followed by a max pooling layer"""

    def __init__(self, in_channels, out_channels, n):
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(in_channels if i == 0 else out_channels, out_channels, 3, padding=1) for i in range(n)
        )
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))
        return self.pool(x)


class FullyConnected(nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.linear = nn.Linear(n_in, n_out)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        return self.dropout(F.relu(self.linear(x)))


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.block1 = VGGBlock(3, 64, 2)
        self.block2 = VGGBlock(64, 128, 2)
        self.block3 = VGGBlock(128, 256, 3)
        self.block4 = VGGBlock(256, 512, 3)
        self.block5 = VGGBlock(512, 512, 3)
        self.fc1 = FullyConnected(512 * 7 * 7, 4096)
        self.fc2 = FullyConnected(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)

    def forward(self, x):
        for block in (self.block1, self.block2, self.block3, self.block4, self.block5):
            x = block(x)
        x = x.flatten(start_dim=1)
        return self.fc3(self.fc2(self.fc1(x)))
