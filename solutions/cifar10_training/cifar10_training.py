"""The reference solution: four convolutions with batch normalisation, trained with AdamW and a falling learning rate."""

import torch
from torch import nn
from torch.utils.data import DataLoader

LEARNING_RATE = 3e-3


def convolution(in_channels: int, out_channels: int, kernel_size: int = 3, stride: int = 1, pool: int = 1) -> nn.Module:
    """Return a convolution with normalisation and ReLU; pooling comes first, since the rest is then cheaper."""
    return nn.Sequential(
        # no bias: the normalisation would subtract it again
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2, bias=False),
        nn.MaxPool2d(pool) if pool > 1 else nn.Identity(),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


class CifarNet(nn.Module):
    """Four convolutions and one linear layer: (N, 3, 32, 32) images to (N, num_classes) logits."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.features = nn.Sequential(
            convolution(3, 16, kernel_size=5, stride=2),  # 16 x 16 x 16
            convolution(16, 32, pool=2),  # 32 x 8 x 8
            convolution(32, 64, pool=2),  # 64 x 4 x 4
            convolution(64, 128),  # 128 x 4 x 4
        )
        self.classifier = nn.Sequential(nn.Flatten(), nn.Dropout(0.3), nn.Linear(128 * 4 * 4, num_classes))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return one logit per class for each image."""
        return self.classifier(self.features(images))


def train_one_epoch(
    model: nn.Module,
    loader: DataLoader,
    criterion: nn.Module,
    optimizer: torch.optim.Optimizer,
    device: torch.device,
) -> float:
    """Take one step for every batch of *loader*; return the mean loss of all images."""
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count


@torch.no_grad()
def evaluate(model: nn.Module, loader: DataLoader, criterion: nn.Module, device: torch.device) -> tuple[float, float]:
    """Return the mean loss of all images and the fraction that is classified correctly."""
    model.eval()
    total, correct, count = 0.0, 0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        logits = model(images)
        total += criterion(logits, labels).item() * len(labels)
        correct += (logits.argmax(dim=1) == labels).sum().item()
        count += len(labels)
    return total / count, correct / count


def fit(
    model: nn.Module, train_loader: DataLoader, val_loader: DataLoader, *, epochs: int, device: torch.device
) -> list[dict[str, float]]:
    """Train *model*; return what each epoch measured."""
    model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
    history = []
    for _ in range(epochs):
        train_loss = train_one_epoch(model, train_loader, criterion, optimizer, device)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        schedule.step()
        history.append({"train_loss": train_loss, "val_loss": val_loss, "val_accuracy": val_accuracy})
    return history
