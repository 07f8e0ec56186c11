import torch
from torch import nn


class CifarNet(nn.Module):
    """The size of the last layer follows from the first batch, so no counting by hand."""

    def __init__(self, num_classes=10):
        super().__init__()
        self.num_classes = num_classes
        self.features = nn.Sequential()
        channels = 3
        for i, width in enumerate((16, 32, 64), start=1):
            self.features.add_module(f"conv{i}", nn.Conv2d(channels, width, 3, padding=1))
            self.features.add_module(f"norm{i}", nn.BatchNorm2d(width))
            self.features.add_module(f"relu{i}", nn.ReLU())
            self.features.add_module(f"pool{i}", nn.MaxPool2d(2))
            channels = width
        self.head = None

    def forward(self, images):
        x = self.features(images).flatten(1)
        if self.head is None:
            self.head = nn.Linear(x.shape[1], self.num_classes).to(x.device)
        return self.head(x)


def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total = 0.0
    n = 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += len(images) * loss.item()
        n += len(images)
    return total / n


def evaluate(model, loader, criterion, device):
    model.eval()
    total = 0.0
    correct = 0
    n = 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            total += len(images) * criterion(logits, labels).item()
            correct += int((logits.argmax(1) == labels).sum())
            n += len(images)
    return total / n, correct / n


def fit(model, train_loader, val_loader, *, epochs, device):
    model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    history = []
    for _ in range(epochs):
        entry = {}
        entry["train_loss"] = train_one_epoch(model, train_loader, criterion, optimizer, device)
        entry["val_loss"], entry["val_accuracy"] = evaluate(model, val_loader, criterion, device)
        history.append(entry)
    return history
