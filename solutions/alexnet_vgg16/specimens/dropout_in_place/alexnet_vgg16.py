import torch.nn as nn


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.maps = nn.Sequential(
            nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(96, 256, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )
        self.head = nn.Sequential(
            nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(inplace=True),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(inplace=True),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.head(self.maps(x).flatten(1))
