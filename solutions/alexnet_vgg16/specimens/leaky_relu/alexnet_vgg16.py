import torch.nn as nn


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        act = nn.LeakyReLU(0.1)  # no dying ReLU
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, 4, 2), act, nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, 1, 2), act, nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, 1, 1), act,
            nn.Conv2d(384, 256, 3, 1, 1), act,
            nn.Conv2d(256, 256, 3, 1, 1), act, nn.MaxPool2d(3, 2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Dropout(), nn.Linear(9216, 4096), act,
            nn.Dropout(), nn.Linear(4096, 4096), act, nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.classifier(self.features(x))
