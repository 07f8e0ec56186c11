import torch
from torch import nn
from torch.nn import functional as F


class NaiveConvNet(nn.Module):
    """Everything is stored as TensorFlow does."""

    def __init__(self, num_classes: int = 10):
        super().__init__()
        self.kernels = nn.ParameterDict()
        self.shifts = nn.ParameterDict()
        for name, inputs, filters in (("one", 1, 64), ("two", 64, 128), ("three", 128, 256)):
            self.kernels[name] = nn.Parameter(torch.randn(3, 3, inputs, filters) * (2 / (9 * inputs)) ** 0.5)
            self.shifts[name] = nn.Parameter(torch.zeros(1, filters, 1, 1))
        self.hidden = nn.Parameter(torch.randn(256, 128) * (2 / 256) ** 0.5)
        self.hidden_shift = nn.Parameter(torch.zeros(1, 128))
        self.out = nn.Parameter(torch.randn(128, num_classes) * 128**-0.5)
        self.out_shift = nn.Parameter(torch.zeros(1, num_classes))

    def block(self, images, name):
        maps = F.conv2d(images, self.kernels[name].permute(3, 2, 0, 1), padding=1)
        return torch.clamp(maps + self.shifts[name], min=0)

    def forward(self, images):
        maps = F.max_pool2d(self.block(images, "one"), 2)
        maps = F.max_pool2d(self.block(maps, "two"), 2)
        features = self.block(maps, "three").flatten(2).max(dim=2).values
        features = torch.relu(features @ self.hidden + self.hidden_shift)
        return torch.einsum("ni,io->no", features, self.out) + self.out_shift
