import torch.nn as nn


def conv_bn(c_in, c_out):
    # no bias: the batch norm has one
    return [nn.Conv2d(c_in, c_out, 3, padding=1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU(inplace=True)]


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        blocks = [(3, 64), (64, 64), "M", (64, 128), (128, 128), "M", (128, 256), (256, 256), (256, 256), "M",
                  (256, 512), (512, 512), (512, 512), "M", (512, 512), (512, 512), (512, 512), "M"]
        layers = []
        for b in blocks:
            layers.extend([nn.MaxPool2d(2, 2)] if b == "M" else conv_bn(*b))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(25088, 4096), nn.ReLU(inplace=True), nn.Dropout(0.5),
            nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Dropout(0.5),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x):
        return self.classifier(self.features(x))
