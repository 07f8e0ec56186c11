# AlexNet, one tower, 227 x 227 -> no padding in the first layer
import torch.nn.functional as F
from torch import nn


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        # from the end to the beginning, so I see what each layer has to deliver
        self.out = nn.Linear(4096, num_classes)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc1 = nn.Linear(9216, 4096)
        self.c5 = nn.Conv2d(384, 256, 3, padding=1)
        self.c4 = nn.Conv2d(384, 384, 3, padding=1)
        self.c3 = nn.Conv2d(256, 384, 3, padding=1)
        self.c2 = nn.Conv2d(96, 256, 5, padding=2)
        self.c1 = nn.Conv2d(3, 96, 11, stride=4)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.c1(x)), 3, 2)
        x = F.max_pool2d(F.relu(self.c2(x)), 3, 2)
        x = F.relu(self.c3(x))
        x = F.relu(self.c4(x))
        x = F.max_pool2d(F.relu(self.c5(x)), 3, 2)
        x = x.reshape(-1, 9216)
        x = F.dropout(F.relu(self.fc1(x)), 0.5, self.training)
        x = F.dropout(F.relu(self.fc2(x)), 0.5, self.training)
        return self.out(x)
