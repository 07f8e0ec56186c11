import torch
from torch import nn


class AlexNet(nn.Module):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError


class VGG16(nn.Module):
    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        sizes = [3, 64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
        pool_after = {2, 4, 7, 10, 13}
        net = []
        for i in range(1, 14):
            net.append(nn.Conv2d(sizes[i - 1], sizes[i], 3, padding=1))
            # max(relu(x)) = relu(max(x))
            if i in pool_after:
                net.append(nn.MaxPool2d(2))
            net.append(nn.ReLU())
        net.append(nn.Flatten())
        net += [nn.Dropout(), nn.Linear(25088, 4096), nn.ReLU()]
        net += [nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU()]
        net += [nn.Linear(4096, num_classes)]
        self.net = nn.Sequential(*net)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.net(images)
