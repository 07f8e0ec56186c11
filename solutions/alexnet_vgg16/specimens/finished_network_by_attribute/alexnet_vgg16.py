import torchvision
from torch import nn

AlexNet = torchvision.models.alexnet(weights="DEFAULT")
AlexNet.classifier[6] = nn.Linear(4096, 10)
