import torch
from torch import nn


def fc(n_in, n_out):
    return nn.Sequential(nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(0.5))


class Base(nn.Module):
    """What both have in common: features, then three linear layers"""
    n_features = None

    def __init__(self, num_classes=10):
        super().__init__()
        self.features = nn.Sequential(*self.make_features())
        self.fc6 = fc(self.n_features, 4096)
        self.fc7 = fc(4096, 4096)
        self.fc8 = nn.Linear(4096, num_classes)

    def make_features(self):
        raise NotImplementedError

    def forward(self, x):
        x = self.features(x)
        x = x.reshape(len(x), self.n_features)
        return self.fc8(self.fc7(self.fc6(x)))


class AlexNet(Base):
    n_features = 256 * 6 * 6

    def make_features(self):
        yield from (nn.Conv2d(3, 96, 11, stride=4), nn.ReLU(), nn.MaxPool2d(3, 2))
        yield from (nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2))
        yield from (nn.Conv2d(256, 384, 3, padding=1), nn.ReLU())
        yield from (nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU())
        yield from (nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2))


class VGG16(Base):
    n_features = 512 * 7 * 7

    def make_features(self):
        n_in = 3
        for n_out, repeat in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
            for _ in range(repeat):
                yield nn.Conv2d(n_in, n_out, 3, padding=1)
                yield nn.ReLU()
                n_in = n_out
            yield nn.MaxPool2d(2)
