import torch
from torch import nn
from tqdm.auto import tqdm

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.backends.cudnn.benchmark = True


class CifarNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(
            nn.LazyConv2d(16, 5, stride=2, padding=2), nn.LazyBatchNorm2d(), nn.GELU(),
            nn.LazyConv2d(32, 3, padding=1), nn.MaxPool2d(2), nn.LazyBatchNorm2d(), nn.GELU(),
            nn.LazyConv2d(48, 3, padding=1), nn.AdaptiveMaxPool2d(4), nn.Flatten(), nn.Dropout(0.1),
            nn.LazyLinear(num_classes),
        )

    def forward(self, x):
        return self.net(x.contiguous(memory_format=torch.channels_last))


def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    meter, n = 0.0, 0
    bar = tqdm(loader, desc="train", leave=False)
    for images, targets in bar:
        images, targets = images.to(device, non_blocking=True), targets.to(device, non_blocking=True)
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast(device_type=device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
            logits = model(images)
            loss = criterion(logits, targets)
        loss.backward()
        optimizer.step()
        meter += loss.item() * targets.numel()
        n += targets.numel()
        bar.set_postfix(loss=meter / n)
    return meter / n


def evaluate(model, loader, criterion, device):
    model.eval()
    meter = hits = n = 0
    with torch.no_grad():
        for images, targets in tqdm(loader, desc="eval", leave=False):
            images, targets = images.to(device), targets.to(device)
            logits = model(images)
            meter += criterion(logits, targets).item() * targets.numel()
            hits += (logits.softmax(dim=1).argmax(dim=1) == targets).float().sum().item()
            n += targets.numel()
    return meter / n, hits / n


def fit(model, train_loader, val_loader, *, epochs, device):
    model = model.to(device)
    fast = torch.compile(model)
    criterion = nn.CrossEntropyLoss().to(device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=1e-4)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1)
    history = []
    for epoch in tqdm(range(1, epochs + 1)):
        train_loss = train_one_epoch(fast, train_loader, criterion, optimizer, device)
        val_loss, val_accuracy = evaluate(fast, val_loader, criterion, device)
        scheduler.step(val_loss)
        history.append({"train_loss": train_loss, "val_loss": val_loss, "val_accuracy": val_accuracy})
    return history


if __name__ == "__main__":
    print(CifarNet().cuda())
