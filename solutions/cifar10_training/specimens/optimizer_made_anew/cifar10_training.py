import torch
from torch import nn
from torch import optim


class CifarNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, padding=1)
        self.conv3 = nn.Conv2d(32, 64, 3, padding=1)
        self.bn1, self.bn2, self.bn3 = nn.BatchNorm2d(16), nn.BatchNorm2d(32), nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(64 * 4 * 4, num_classes)

    def forward(self, images):
        x = images
        for conv, bn in ((self.conv1, self.bn1), (self.conv2, self.bn2), (self.conv3, self.bn3)):
            x = self.pool(torch.relu(bn(conv(x))))
        return self.fc(x.flatten(1))


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
        total += loss.item() * len(images)
        n += len(images)
    return total / n


def evaluate(model, loader, criterion, device):
    model.eval()
    total = 0.0
    right = 0
    n = 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            total += criterion(logits, labels).item() * len(images)
            right += (logits.argmax(1) == labels).sum().item()
            n += len(images)
    return total / n, right / n


def fit(model, train_loader, val_loader, *, epochs, device):
    model.to(device)
    criterion = nn.CrossEntropyLoss()
    lr = 0.02
    history = []
    for epoch in range(epochs):
        # a new optimizer with a smaller learning rate in each epoch
        optimizer = optim.SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)
        train_loss = train_one_epoch(model, train_loader, criterion, optimizer, device)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history.append({"train_loss": train_loss, "val_loss": val_loss, "val_accuracy": val_accuracy})
        lr = lr * 0.8
    return history
