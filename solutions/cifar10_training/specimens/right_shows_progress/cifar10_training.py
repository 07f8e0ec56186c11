import logging
import warnings

import ipywidgets as widgets
import matplotlib.pyplot as plt
import torch
from IPython.display import HTML, clear_output, display
from torch import nn
from torch.utils.tensorboard import SummaryWriter
from tqdm.auto import tqdm as bar
from tqdm.notebook import tqdm, trange

warnings.simplefilter("ignore")
logging.basicConfig(level=logging.INFO, filename="training.log")
log = logging.getLogger(__name__)
writer = SummaryWriter(log_dir="runs")
bars = widgets.IntProgress(min=0, max=10)


class CifarNet(nn.Sequential):
    def __init__(self, num_classes=10):
        layers, channels = [], 3
        for width, window in bar([(16, 2), (32, 2), (64, 8)]):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(window)]
            channels = width
        super().__init__(*layers, nn.Flatten(), nn.Linear(channels, num_classes))


def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total = images = 0
    with tqdm(loader, desc="train", unit="batch", leave=False) as batches:
        for number, (x, y) in enumerate(batches):
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            images += len(y)
            batches.set_postfix(loss=total / images)
            writer.add_scalar("loss", loss.item(), number)
    return total / images


@torch.no_grad()
def evaluate(model, loader, criterion, device):
    model.eval()
    total = right = images = 0
    for x, y in tqdm(loader, total=len(loader)):
        x, y = x.to(device), y.to(device)
        scores = model(x)
        total += criterion(scores, y).item() * len(y)
        right += (scores.argmax(1) == y).sum().item()
        images += len(y)
    return total / images, right / images


def fit(model, train_loader, val_loader, *, epochs, device):
    model.to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    history = []
    for epoch in trange(epochs):
        train_loss = train_one_epoch(model, train_loader, criterion, optimizer, device)
        val_loss, val_accuracy = evaluate(model, val_loader, criterion, device)
        history.append({"train_loss": train_loss, "val_loss": val_loss, "val_accuracy": val_accuracy})
        clear_output(wait=True)
        display(HTML(f"<b>{epoch}</b>"), bars)
        bars.value += 1
        tqdm.write(f"epoch {epoch}: {val_accuracy:.1%}")
        log.info("epoch %d: %s", epoch, history[-1])
        writer.flush()
    figure, axes = plt.subplots()
    axes.plot([entry["val_loss"] for entry in history])
    plt.savefig("loss.png")
    plt.show()
    plt.close(figure)
    return history
