import torch
from torch import nn

VGG16_LAYERS = [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"]


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.layers = nn.ModuleList()
        in_ch = 3
        for l in VGG16_LAYERS:
            if l == "M":
                self.layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
            else:
                self.layers.append(nn.Conv2d(in_ch, l, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1)))
                in_ch = l
        self.fcs = nn.ModuleList([
            nn.Linear(512 * 7 * 7, 4096),
            nn.Linear(4096, 4096),
            nn.Linear(4096, num_classes),
        ])
        self.drop = nn.Dropout(p=0.5)   # one is enough, it has no memory

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
            if isinstance(layer, nn.Conv2d):
                x = x.clamp(min=0)
        x = x.view(x.shape[0], -1)
        for fc in self.fcs[:-1]:
            x = fc(self.drop(x)).clamp(min=0)
        return self.fcs[-1](x)
