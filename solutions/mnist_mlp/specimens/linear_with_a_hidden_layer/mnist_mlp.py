import torch
from torch import nn


def iterations_per_epoch(total_inputs, batch_size, drop_last=False):
    if total_inputs < 1 or batch_size < 1:
        raise ValueError("too few")
    batches = total_inputs // batch_size
    if total_inputs % batch_size and not drop_last:
        batches += 1
    return batches


def mlp_parameter_count(image_shape, hidden_units, num_classes, bias=True):
    inputs = 1
    for n in image_shape:
        inputs *= n
    total = 0
    for units in list(hidden_units) + [num_classes]:
        total += inputs * units
        if bias:
            total += units
        inputs = units
    return total


class LinearClassifier(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, num_classes))

    def forward(self, images):
        return self.fc(images.flatten(1))


class MLP(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.fc1 = nn.Linear(784, 100)
        self.fc2 = nn.Linear(100, 100)
        self.fc3 = nn.Linear(100, num_classes)

    def forward(self, images):
        x = images.flatten(1)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)


class CifarMLP(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.fc1 = nn.Linear(3072, 256)
        self.fc2 = nn.Linear(256, 128)
        self.fc3 = nn.Linear(128, num_classes)

    def forward(self, images):
        x = images.flatten(1)
        x = torch.relu(self.fc1(x))
        x = torch.relu(self.fc2(x))
        return self.fc3(x)
