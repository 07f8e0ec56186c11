import torch.nn as nn
import torchvision.models as models


class AlexNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.model = models.alexnet(weights=None, num_classes=num_classes)

    def forward(self, x):
        return self.model(x)


class VGG16(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.model = models.vgg16(weights=None)
        self.model.classifier[6] = nn.Linear(4096, num_classes)

    def forward(self, x):
        return self.model(x)
