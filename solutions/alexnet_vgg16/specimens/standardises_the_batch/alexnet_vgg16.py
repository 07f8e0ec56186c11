import torch
from torch import nn


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        layers, c = [], 3
        for n, k in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
            for _ in range(n):
                layers += [nn.Conv2d(c, k, 3, 1, 1), nn.ReLU(inplace=True)]
                c = k
            layers += [nn.MaxPool2d(2, 2)]
        self.conv = nn.Sequential(*layers)
        self.fc = nn.Sequential(
            nn.Linear(25088, 4096), nn.ReLU(inplace=True), nn.Dropout(),
            nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Dropout(),
            nn.Linear(4096, num_classes))

    def forward(self, x):
        x = (x - x.mean()) / (x.std() + 1e-7)  # zero mean, unit variance
        x = self.conv(x)
        return self.fc(x.view(x.size(0), -1))
