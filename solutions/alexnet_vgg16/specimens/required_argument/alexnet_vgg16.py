import torch
import torch.nn as nn


class AlexNet(nn.Module):
    def __init__(self, config, num_classes=None):
        super().__init__()
        self.p = config["dropout"]
        n = num_classes or config["num_classes"]
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(96, 256, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(256, 384, 3, 1, 1), nn.ReLU(),
            nn.Conv2d(384, 384, 3, 1, 1), nn.ReLU(),
            nn.Conv2d(384, 256, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(self.p),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(self.p),
            nn.Linear(4096, n),
        )

    def forward(self, x):
        return self.classifier(self.features(x))


CONFIG = {"dropout": 0.5, "num_classes": 10}
