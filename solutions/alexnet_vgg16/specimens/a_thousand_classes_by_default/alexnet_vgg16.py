import torch
import torch.nn as nn


class VGG16(nn.Module):
    def __init__(self, num_classes: int = 1000, dropout: float = 0.5):
        super().__init__()
        self.features = nn.Sequential(*self._features())
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(True),
            nn.Dropout(p=dropout),
            nn.Linear(4096, 4096),
            nn.ReLU(True),
            nn.Dropout(p=dropout),
            nn.Linear(4096, num_classes),
        )

    @staticmethod
    def _features():
        n_in = 3
        for n_out in (64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"):
            if n_out == "M":
                yield nn.MaxPool2d(kernel_size=2, stride=2)
            else:
                yield nn.Conv2d(n_in, n_out, kernel_size=3, padding=1)
                yield nn.ReLU(True)
                n_in = n_out

    def forward(self, x):
        x = self.avgpool(self.features(x))
        return self.classifier(torch.flatten(x, 1))


# usage: VGG16(num_classes=10) for STL10
