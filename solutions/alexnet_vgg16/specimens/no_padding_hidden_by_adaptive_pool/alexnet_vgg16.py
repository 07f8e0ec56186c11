import torch
import torch.nn as nn


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        channels = [[3, 64, 64], [64, 128, 128], [128, 256, 256, 256], [256, 512, 512, 512], [512, 512, 512, 512]]
        layers = []
        for block in channels:
            for a, b in zip(block, block[1:]):
                layers += [nn.Conv2d(a, b, 3), nn.ReLU()]
            layers += [nn.MaxPool2d(2)]
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))   # otherwise: mat1 and mat2 shapes cannot be multiplied
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))
