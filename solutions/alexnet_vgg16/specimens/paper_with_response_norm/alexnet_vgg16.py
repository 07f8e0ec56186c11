"""AlexNet as in the paper (Krizhevsky et al. 2012), sections 3.1 to 3.5 and 4.2"""
import torch
from torch import nn
from torch.nn import init


class AlexNet(nn.Module):

    def __init__(self, num_classes=10):
        super().__init__()
        lrn = dict(size=5, alpha=1e-4, beta=0.75, k=2)      # section 3.3
        self.layer1 = nn.Sequential(
            nn.Conv2d(3, 96, kernel_size=11, stride=4),
            nn.ReLU(),
            nn.LocalResponseNorm(**lrn),
            nn.MaxPool2d(3, 2),                             # overlapping, section 3.4
        )
        self.layer2 = nn.Sequential(
            nn.Conv2d(96, 256, kernel_size=5, padding=2, groups=2),
            nn.ReLU(),
            nn.LocalResponseNorm(**lrn),
            nn.MaxPool2d(3, 2),
        )
        self.layer3 = nn.Sequential(nn.Conv2d(256, 384, kernel_size=3, padding=1), nn.ReLU())
        self.layer4 = nn.Sequential(nn.Conv2d(384, 384, kernel_size=3, padding=1, groups=2), nn.ReLU())
        self.layer5 = nn.Sequential(
            nn.Conv2d(384, 256, kernel_size=3, padding=1, groups=2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2),
        )
        self.layer6 = nn.Sequential(nn.Linear(6 * 6 * 256, 4096), nn.ReLU(), nn.Dropout(0.5))
        self.layer7 = nn.Sequential(nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0.5))
        self.layer8 = nn.Linear(4096, num_classes)
        self.init_bias()

    def init_bias(self):
        for m in self.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                init.normal_(m.weight, mean=0, std=0.01)
                init.zeros_(m.bias)
        # "the biases in the second, fourth and fifth convolutional layers and in the fully-connected
        # hidden layers with the constant 1"
        for layer in (self.layer2, self.layer4, self.layer5, self.layer6, self.layer7):
            init.ones_(layer[0].bias)

    def forward(self, x):
        x = self.layer5(self.layer4(self.layer3(self.layer2(self.layer1(x)))))
        x = torch.flatten(x, 1)
        return self.layer8(self.layer7(self.layer6(x)))
