import torch.nn as nn
from torchvision import models


class NaiveConvNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = models.resnet18(num_classes=num_classes)

    def forward(self, x):
        return self.net(x.repeat(1, 3, 1, 1))
