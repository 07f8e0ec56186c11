"""The reference solution: the network of the slide, layer by layer."""

import torch
from torch import nn


class NaiveConvNet(nn.Module):
    """Three convolutions and two linear layers: (N, 1, 28, 28) images to (N, num_classes) logits."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(64, 128, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(128, 256, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(7, stride=1),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(256, 128),
            nn.ReLU(),
            nn.Linear(128, num_classes),
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return one logit per class for each image."""
        return self.classifier(self.features(images))


def output_size(size, window, stride):
    """Return how many windows of a stride fit."""
    return (size - window) // stride + 1
