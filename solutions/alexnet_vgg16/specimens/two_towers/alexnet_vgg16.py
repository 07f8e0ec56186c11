import torch
from torch import nn

class AlexNet(nn.Module):
    """Two towers that meet before the third convolution; fully connected layers in halves, too."""
    def __init__(self, num_classes=10):
        super().__init__()
        def low():
            return nn.Sequential(
                nn.Conv2d(3, 48, 11, 4, 2), nn.ReLU(), nn.LocalResponseNorm(5, 1e-4, 0.75, 2), nn.MaxPool2d(3, 2),
                nn.Conv2d(48, 128, 5, padding=2), nn.ReLU(), nn.LocalResponseNorm(5, 1e-4, 0.75, 2), nn.MaxPool2d(3, 2))
        def high():
            return nn.Sequential(nn.Conv2d(256, 192, 3, padding=1), nn.ReLU(), nn.Conv2d(192, 192, 3, padding=1), nn.ReLU(),
                nn.Conv2d(192, 128, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2))
        self.low = nn.ModuleList([low(), low()])
        self.high = nn.ModuleList([high(), high()])
        self.six = nn.ModuleList([nn.Linear(9216, 2048), nn.Linear(9216, 2048)])
        self.seven = nn.ModuleList([nn.Linear(4096, 2048), nn.Linear(4096, 2048)])
        self.drop = nn.Dropout()
        self.eight = nn.Linear(4096, num_classes)
    def forward(self, x):
        both = torch.cat([t(x) for t in self.low], 1)
        both = torch.cat([t(both) for t in self.high], 1).flatten(1)
        both = self.drop(both)
        both = torch.cat([t(both).relu() for t in self.six], 1)
        both = self.drop(both)
        both = torch.cat([t(both).relu() for t in self.seven], 1)
        return self.eight(both)
