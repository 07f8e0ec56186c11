import torch
import torch.nn.functional as F
from torch import nn


class NaiveConvNet(nn.Module):
    def __init__(self, num_classes=10):
        super(NaiveConvNet, self).__init__()
        self.conv1 = nn.Conv2d(1, 64, 3, padding=1)
        self.conv2 = nn.Conv2d(64, 128, 3, padding=1)
        self.conv3 = nn.Conv2d(128, 256, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(256, 128)
        self.fc2 = nn.Linear(128, num_classes)

    def forward(self, x):
        x = x.float()
        N = x.size(0)
        x = F.relu(self.pool(self.conv1(x)))
        x = F.relu(self.pool(self.conv2(x)))
        x = F.relu(F.max_pool2d(self.conv3(x), 7, 1))
        x = x.view(N, -1)
        return self.fc2(F.relu(self.fc1(x)))
