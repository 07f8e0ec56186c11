import copy

import numpy as np
import torch
import torch.nn as nn


def block(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(), nn.MaxPool2d(2))


class CifarNet(nn.Module):
    def __init__(self, num_classes=10):
        super(CifarNet, self).__init__()
        self.layers = nn.ModuleList([block(3, 12), block(12, 24), block(24, 48)])
        self.drop = nn.Dropout(p=0.25)
        self.out = nn.Linear(48 * 4 * 4, num_classes)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.out(self.drop(x.view(x.size(0), -1)))


class Trainer:
    def __init__(self, model, criterion, optimizer, device):
        self.model, self.criterion, self.optimizer, self.device = model, criterion, optimizer, device
        self.scaler = torch.amp.GradScaler("cuda", enabled=device.type == "cuda")

    def step(self, x, y):
        self.model.zero_grad()
        out = self.model(x)
        loss = self.criterion(out, y)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return loss.item()

    def epoch(self, loader):
        self.model.train()
        history = [(self.step(x.to(self.device), y.to(self.device)), len(y)) for x, y in loader]
        losses, counts = map(np.array, zip(*history))
        return float(np.average(losses, weights=counts))

    def test(self, loader):
        self.model.eval()
        hits, losses = [], []
        for x, y in loader:
            with torch.no_grad():
                out = self.model(x.to(self.device))
                losses += [self.criterion(out, y.to(self.device)).item()] * len(y)
            hits += (out.cpu().max(1).indices == y).tolist()
        return float(np.mean(losses)), float(np.mean(hits))


def train_one_epoch(model, loader, criterion, optimizer, device):
    return Trainer(model, criterion, optimizer, device).epoch(loader)


def evaluate(model, loader, criterion, device):
    return Trainer(model, criterion, None, device).test(loader)


def fit(model, train_loader, val_loader, *, epochs, device):
    model.to(device)
    trainer = Trainer(model, nn.CrossEntropyLoss(), torch.optim.RMSprop(model.parameters(), lr=1e-3), device)
    history, best, best_weights = [], float("inf"), None
    for epoch in range(epochs):
        train_loss = trainer.epoch(train_loader)
        val_loss, val_accuracy = trainer.test(val_loader)
        history.append({"train_loss": train_loss, "val_loss": val_loss, "val_accuracy": val_accuracy})
        if val_loss < best:
            best, best_weights = val_loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return history
