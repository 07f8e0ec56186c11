import torch
import torch.nn as nn
import torch.nn.functional as F


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.ModuleList()
        c = 3
        for k in (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512):
            self.features.append(nn.Conv2d(c, k, 3, padding=1))
            c = k
        self.fc1 = nn.Linear(25088, 4096)
        self.fc2 = nn.Linear(4096, 4096)
        self.fc3 = nn.Linear(4096, num_classes)

    def forward(self, x):
        if self.training:
            x = x.flip(-1)   # mirrored images, as in the paper
        for i, conv in enumerate(self.features):
            x = F.relu(conv(x))
            if i in (1, 3, 6, 9, 12):
                x = F.max_pool2d(x, 2)
        x = x.flatten(1)
        x = F.dropout(F.relu(self.fc1(x)))
        x = F.dropout(F.relu(self.fc2(x)))
        return self.fc3(x)
