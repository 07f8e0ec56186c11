import math
import torch
import torch.nn.functional as F
from torch import nn


class CifarNet(nn.Module):
    """Everything by hand, as I like to see what happens."""

    def __init__(self, num_classes=10):
        super().__init__()

        def p(*shape):
            fan_in = math.prod(shape[1:])
            return nn.Parameter(torch.randn(*shape) * math.sqrt(2.0 / fan_in))

        self.k1, self.b1 = p(16, 3, 5, 5), nn.Parameter(torch.zeros(16))
        self.k2, self.b2 = p(32, 16, 3, 3), nn.Parameter(torch.zeros(32))
        self.k3, self.b3 = p(32, 32, 3, 3), nn.Parameter(torch.zeros(32))
        self.w, self.b = p(num_classes, 32 * 16), nn.Parameter(torch.zeros(num_classes))

    def forward(self, x):
        h = F.relu(F.conv2d(x, self.k1, self.b1, stride=2, padding=2))
        h = F.max_pool2d(F.relu(F.conv2d(h, self.k2, self.b2, padding=1)), 2)
        h = F.max_pool2d(F.relu(F.conv2d(h, self.k3, self.b3, padding=1)), 2)
        return h.reshape(h.shape[0], -1) @ self.w.t() + self.b


def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    epoch_loss = torch.zeros((), dtype=torch.float64)
    batches = iter(loader)
    while True:
        try:
            x, y = next(batches)
        except StopIteration:
            break
        for q in model.parameters():
            q.grad = None
        loss = criterion(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            epoch_loss += loss * len(x) / len(loader.dataset)
    return epoch_loss.item()


def evaluate(model, loader, criterion, device):
    model.train(False)
    with torch.set_grad_enabled(False):
        pairs = [(model(x.to(device)), y.to(device)) for x, y in loader]
    n = sum(len(y) for _, y in pairs)
    loss = sum(criterion(s, y).item() * len(y) for s, y in pairs) / n
    hits = sum(int((s.topk(1).indices.squeeze(1) == y).sum()) for s, y in pairs)
    return (loss, hits / n)


def fit(model, train_loader, val_loader, *, epochs, device):
    model.to(device)
    velocity = [torch.zeros_like(q) for q in model.parameters()]
    log = []
    for e in range(epochs):
        rate = 0.02 * 0.5 * (1 + math.cos(math.pi * e / epochs))
        model.train()
        sums = [0.0, 0]
        for x, y in train_loader:
            loss = F.cross_entropy(model(x.to(device)), y.to(device))
            gradients = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for q, v, g in zip(model.parameters(), velocity, gradients):
                    v.mul_(0.9).add_(g)
                    q.sub_(rate * v)
            sums[0] += loss.item() * len(y)
            sums[1] += len(y)
        val_loss, val_accuracy = evaluate(model, val_loader, F.cross_entropy, device)
        log.append({"train_loss": sums[0] / sums[1], "val_loss": val_loss, "val_accuracy": val_accuracy})
    return log
