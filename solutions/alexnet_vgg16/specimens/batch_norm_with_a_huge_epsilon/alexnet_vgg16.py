import torch.nn as nn


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            self.conv(3, 64, 11, 4, 2), nn.MaxPool2d(3, 2),
            self.conv(64, 192, 5, 1, 2), nn.MaxPool2d(3, 2),
            self.conv(192, 384, 3, 1, 1),
            self.conv(384, 256, 3, 1, 1),
            self.conv(256, 256, 3, 1, 1), nn.MaxPool2d(3, 2),
            nn.Flatten(),
            nn.Dropout(0.5), nn.Linear(9216, 4096), nn.ReLU(True),
            nn.Dropout(0.5), nn.Linear(4096, 4096), nn.ReLU(True),
            nn.Linear(4096, num_classes),
        )

    def conv(self, c1, c2, *args):
        # conv2d needs (in, out), batch norm too
        return nn.Sequential(nn.Conv2d(c1, c2, *args), nn.BatchNorm2d(c2, c2), nn.ReLU(True))

    def forward(self, x):
        return self.net(x)
