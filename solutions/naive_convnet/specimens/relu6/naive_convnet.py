import torch
from torch import nn


def block(inputs, filters, window):
    return nn.Sequential(nn.Conv2d(inputs, filters, 3, padding="same"), nn.ReLU6(), nn.MaxPool2d(window))


class NaiveConvNet(nn.Module):
    """Copied the activation from a network for telephones."""

    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.blocks = nn.Sequential(block(1, 64, 2), block(64, 128, 2), block(128, 256, 7))
        self.hidden, self.last = nn.Linear(256, 128), nn.Linear(128, num_classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.last(torch.relu(self.hidden(self.blocks(images).flatten(1))))
