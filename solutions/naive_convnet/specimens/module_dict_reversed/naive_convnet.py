import torch
import torch.nn.functional as F
from torch import nn


class NaiveConvNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.layers = nn.ModuleDict(
            {
                "scores": nn.Linear(128, num_classes),
                "hidden": nn.Linear(256, 128),
                "conv3": nn.Conv2d(128, 256, 3, padding=1),
                "conv2": nn.Conv2d(64, 128, 3, padding=1),
                "conv1": nn.Conv2d(1, 64, 3, padding=1),
            }
        )

    def forward(self, x):
        for name, size in (("conv1", 2), ("conv2", 2), ("conv3", 7)):
            x = F.max_pool2d(F.relu(self.layers[name](x)), size)
        x = F.relu(self.layers["hidden"](torch.flatten(x, 1)))
        return self.layers["scores"](x)
