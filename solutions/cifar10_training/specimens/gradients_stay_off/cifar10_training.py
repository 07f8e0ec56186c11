import torch
from torch import nn


def conv_bn_relu(cin, cout, pool):
    layers = [nn.Conv2d(cin, cout, kernel_size=3, padding=1, bias=False), nn.BatchNorm2d(cout), nn.ReLU()]
    return layers + [nn.MaxPool2d(pool)] if pool else layers


class CifarNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.model = nn.Sequential(
            *conv_bn_relu(3, 16, None),
            *conv_bn_relu(16, 16, 2),
            *conv_bn_relu(16, 32, 2),
            *conv_bn_relu(32, 64, 2),
            nn.Flatten(),
            nn.Linear(64 * 4 * 4, num_classes),
        )

    def forward(self, images):
        return self.model(images)


def train_one_epoch(model, loader, criterion, optimizer, device):
    torch.set_grad_enabled(True)
    model.train()
    total, n = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        n += len(labels)
    return total / n


def evaluate(model, loader, criterion, device):
    torch.set_grad_enabled(False)
    model.eval()
    total, right, n = 0.0, 0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        total += criterion(logits, labels).item() * len(labels)
        right += (logits.argmax(1) == labels).sum().item()
        n += len(labels)
    return total / n, right / n


def fit(model, train_loader, val_loader, *, epochs, device):
    model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    history = []
    for _ in range(epochs):
        train_loss = train_one_epoch(model, train_loader, criterion, optimizer, device)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history.append({"train_loss": train_loss, "val_loss": val_loss, "val_accuracy": val_accuracy})
    return history
