import torch
import torch.nn as nn


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        def conv(*args, **kwargs):
            return nn.Sequential(nn.Conv2d(*args, **kwargs), nn.ReLU())
        def dense(n_in, n_out):
            return nn.Sequential(nn.Linear(n_in, n_out), nn.ReLU())
        self.conv1 = conv(3, 96, 11, stride=4)
        self.conv2 = conv(96, 256, 5, padding=2)
        self.conv3 = conv(256, 384, 3, padding=1)
        self.conv4 = conv(384, 384, 3, padding=1)
        self.conv5 = conv(384, 256, 3, padding=1)
        self.fc1 = dense(9216, 4096)
        self.fc2 = dense(4096, 4096)
        self.fc3 = dense(4096, num_classes)
        self.pool = nn.MaxPool2d(3, stride=2)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        x = self.pool(self.conv1(x))
        x = self.pool(self.conv2(x))
        x = self.pool(self.conv5(self.conv4(self.conv3(x))))
        x = torch.flatten(x, 1)
        x = self.drop(self.fc1(x))
        x = self.drop(self.fc2(x))
        return self.fc3(x)
