import torch
from torch import nn


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        def block(n, i, o):
            l = []
            for _ in range(n):
                l += [nn.Conv2d(i, o, 3, padding=1), nn.ReLU(inplace=True)]
                i = o
            return nn.Sequential(*l, nn.MaxPool2d(2))
        self.features = nn.Sequential(
            block(2, 3, 64), block(2, 64, 128), block(4, 128, 256), block(4, 256, 512), block(4, 512, 512))
        # 16 conv layers
        self.classifier = nn.Sequential(
            nn.Linear(25088, 4096), nn.ReLU(inplace=True), nn.Dropout(),
            nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Dropout(),
            nn.Linear(4096, num_classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))
