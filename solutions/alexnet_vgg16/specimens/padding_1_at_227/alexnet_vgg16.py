import torch
import torch.nn as nn


class AlexNet(nn.Module):
    # Bild 227 x 227

    def __init__(self, num_classes=10):
        super().__init__()
        self.merkmale = nn.Sequential(
            nn.Conv2d(3, 96, kernel_size=11, stride=4, padding=1),  # (227 - 11 + 2) / 4 + 1 = 55.5 -> 55
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(96, 256, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(256, 384, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 384, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 256, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(kernel_size=3, stride=2),
        )
        self.klassifikator = nn.Sequential(
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, num_classes),
        )

    def forward(self, bild):
        x = self.merkmale(bild)
        return self.klassifikator(x.view(x.size(0), -1))
