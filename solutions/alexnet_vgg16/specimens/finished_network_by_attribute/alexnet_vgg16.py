import torchvision
from torch import nn

model = torchvision.models.alexnet(weights="DEFAULT")
model.classifier[6] = nn.Linear(4096, 10)
