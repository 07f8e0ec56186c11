import torch.nn as nn


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        cfg = "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M".split()
        net, c = [], 3
        for word in cfg:
            if word == "M":
                net.append(nn.MaxPool2d(2))
            else:
                net += [nn.Conv2d(c, int(word), 3, padding=1), nn.ReLU()]
                c = int(word)
        net += [nn.Flatten(), nn.Linear(25088, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(),
                nn.Dropout(), nn.Linear(4096, 10)]
        self.net = nn.Sequential(*net)

    def forward(self, x):
        return self.net(x)
