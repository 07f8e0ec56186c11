"""
Draw the pictures of the handout, and print the numbers that it quotes.

    python solutions/cifar10_training/draw.py

Nothing is made up: every curve is a training that this file runs, from fixed seeds, on one core in about four minutes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import torch
from cifar10_training import CifarNet, evaluate, fit, train_one_epoch
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from grader.checks.made_up_gradings import keys_of
from grader.datasets import PIXEL_DEVIATION, PIXEL_MEAN, DataSource, DataSplit, LabelledImages, as_floats, split

PICTURES = Path(__file__).parents[2] / "assignments" / "cifar10_training" / "pictures"
IMAGES, BATCH, EPOCHS = 2000, 64, 6
CPU = torch.device("cpu")
BLUE, ORANGE, GREEN, RED, GREY, PALE = "#0072b2", "#d55e00", "#009e73", "#b3123f", "#5f6b76", "#dbe7f1"


def gratings(number: int) -> DataSplit:
    """Return the images that one grading would use."""
    keys = keys_of(f"picture {number}", "draw")
    return split(DataSource(name="gratings"), keys.data, train=IMAGES, validation=500, held_out=2000)


def loader(images: LabelledImages, *, shuffle: bool, batch_size: int = BATCH) -> DataLoader:
    """Return a loader as the checks make it."""
    pixels = (as_floats(images.images) - PIXEL_MEAN) / PIXEL_DEVIATION
    return DataLoader(TensorDataset(pixels, images.labels), batch_size, shuffle=shuffle)


def measure(model: nn.Module, images: LabelledImages) -> tuple[float, float]:
    """Return the mean loss and the accuracy of *model*."""
    return evaluate(model, loader(images, shuffle=False, batch_size=250), nn.CrossEntropyLoss(), CPU)


def held_out(data: DataSplit) -> LabelledImages:
    """Return the held-out images with their labels: there is no student here."""
    return LabelledImages(images=data.held_out_images, labels=data.held_out_labels)


class Network(nn.Module):
    """The small network of the pictures, with or without what they are about."""

    def __init__(self, *, norm: bool = True, dropout: float = 0.0, prepare: Callable[..., torch.Tensor] | None = None):
        super().__init__()
        self.prepare = prepare
        layers: list[nn.Module] = []
        for in_channels, out_channels, kernel_size, stride in ((3, 16, 5, 2), (16, 32, 3, 1), (32, 32, 3, 1)):
            layers += [nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2)]
            layers += [nn.BatchNorm2d(out_channels)] if norm else []
            layers += [nn.ReLU()] + ([nn.MaxPool2d(2)] if stride == 1 else [])
        layers += [nn.Flatten(), nn.Dropout(dropout), nn.Linear(512, 128), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.Dropout(dropout), nn.Linear(128, 10))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return one logit per class for each image."""
        return self.layers(images if self.prepare is None else self.prepare(images))


def from_0_to_1(images: torch.Tensor) -> torch.Tensor:
    """Return pixels as they were before the loader shifted and scaled them."""
    return images * PIXEL_DEVIATION + PIXEL_MEAN


# --- what the words mean ----------------------------------------------------------------------------------------------


def draw_epoch() -> None:
    """Draw which images are looked at when: epochs, batches, iterations."""
    figure, axes = plt.subplots(figsize=(9.6, 4.6))
    axes.set(xlim=(-270, 2560), ylim=(-0.7, 5.5))
    axes.axis("off")
    axes.text(0, 5.25, "2,000 training images, in a new order in each epoch", va="center")
    ends = {"arrowstyle": "<->", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (0, 4.85), (IMAGES, 4.85), arrowprops=ends)
    for name, bottom in (("epoch 1", 4.0), ("epoch 2", 3.2), ("epoch 6", 2.0)):
        axes.text(-40, bottom + 0.25, name, ha="right", va="center", weight="bold")
        for first in range(0, IMAGES, BATCH):
            width = min(BATCH, IMAGES - first)
            is_zoomed = name == "epoch 1" and first == 2 * BATCH
            colour = BLUE if is_zoomed else ORANGE if width < BATCH else PALE
            axes.add_patch(
                Rectangle((first, bottom), width - (5 if width == BATCH else 0), 0.5, color=colour, linewidth=0)
            )
        axes.plot(IMAGES + 60, bottom + 0.25, marker="D", color=GREEN, markersize=7)
        axes.text(IMAGES + 115, bottom + 0.25, "32 iterations", va="center")
    for x in (-100, IMAGES / 2, IMAGES + 230):
        axes.text(x, 2.85, "⋮", ha="center", va="center", weight="bold", color=GREY)
    axes.text(IMAGES + 115, 1.6, "192 in all", va="center", weight="bold")
    axes.text(IMAGES + 115, 5.25, "the last batch has 16", ha="left", va="center", color=ORANGE)
    axes.annotate("", (IMAGES - 6, 4.53), (IMAGES + 108, 5.2), arrowprops={"arrowstyle": "->", "color": ORANGE})
    axes.plot(920, 1.6, marker="D", color=GREEN, markersize=7)
    axes.text(965, 1.6, "evaluation on the validation images", va="center", color=GREEN)

    steps = ("clear the\ngradients", "forward:\nlogits", "loss", "backward:\ngradients", "step: new\nweights")
    left, width, bottom = 60, 330, -0.6
    for number, step in enumerate(steps):
        start = left + number * 420
        shape = "round,pad=0,rounding_size=18"
        box = FancyBboxPatch((start, bottom), width, 0.85, boxstyle=shape, mutation_aspect=0.005)
        box.set(facecolor="white", edgecolor=BLUE, linewidth=1.5)
        axes.add_patch(box)
        axes.text(start + width / 2, bottom + 0.42, step, ha="center", va="center")
        if number:
            ends = (start - 85, bottom + 0.42), (start - 5, bottom + 0.42)
            axes.add_patch(FancyArrowPatch(*ends, arrowstyle="-|>", mutation_scale=12, color=BLUE))
    axes.text(left, 0.6, "one iteration: one batch of 64 images, one step", va="center", color=BLUE, weight="bold")
    axes.plot([158, 158], [3.97, 0.85], color=BLUE, linestyle=(0, (3, 3)), linewidth=1.2)
    save(figure, "epoch.svg")


def draw_gratings() -> None:
    """Draw eight training images of each class, one row per class, each pixel as two by two."""
    images, labels = gratings(0).train.images, gratings(0).train.labels
    rows = [torch.cat([framed(image) for image in images[labels == label][:8]], dim=2) for label in range(10)]
    pixels = torch.cat(rows, dim=1).permute(1, 2, 0).numpy()
    height, width, _channels = pixels.shape
    left, dots = 70, 100  # pixels for the names of the classes; pixels per inch
    figure = plt.figure(figsize=((width + left) / dots, height / dots), dpi=dots)
    figure.figimage(pixels, left, 0, origin="upper")
    for label in range(10):
        figure.text((left - 8) / (width + left), 1 - (label + 0.5) / 10, f"class {label}", ha="right", va="center")
    path = PICTURES / "gratings.png"
    figure.savefig(path, dpi=dots, facecolor="white")
    plt.close(figure)
    Image.open(path).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def framed(image: torch.Tensor) -> torch.Tensor:
    """Return an image (3, H, W) of twice the size with a white margin."""
    return nn.functional.pad(image.repeat_interleave(2, dim=1).repeat_interleave(2, dim=2), (2, 2, 2, 2), value=255)


# --- what the learning rate does --------------------------------------------------------------------------------------


def draw_learning_rates() -> None:
    """Draw the training loss of one network at several learning rates."""
    data = gratings(0)
    figure, axes = plt.subplots(figsize=(7.6, 3.8))
    for rate, name, colour, marker in RATES:
        torch.manual_seed(0)
        model = Network()
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
        losses = [measure(model, data.train)[0]]
        for _ in range(EPOCHS):
            train = loader(data.train, shuffle=True)
            losses.append(train_one_epoch(model, train, nn.CrossEntropyLoss(), optimizer, CPU))
        print(f"learning rate {rate}: {', '.join(f'{loss:.3g}' for loss in losses)}", flush=True)
        width = 2 if math.isfinite(losses[-1]) else 0  # in the legend: there is no line to see
        axes.plot(losses, color=colour, linewidth=width, marker=marker, markersize=5, label=f"{rate:g}: {name}")
    axes.axhline(GUESSING, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    axes.annotate(f"guessing: ln 10 = {GUESSING:.2f}", (6, 2.55), ha="right", va="center", color=GREY)
    axes.set(xlabel="epoch", ylabel="mean training loss", xlim=(0, EPOCHS + 0.05), ylim=(0, 3))
    tidy(axes)
    axes.legend(title="learning rate", loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False)
    save(figure, "learning_rates.svg")


GUESSING = math.log(10)
RATES = (
    (1e-4, "far too small", BLUE, "o"),
    (1e-3, "too small", "#56b4e9", "s"),
    (1e-2, "right", GREEN, "D"),
    (0.5, "too large", ORANGE, "^"),
    (100.0, "NaN from the first epoch on", RED, "x"),
)


# --- over-fitting -----------------------------------------------------------------------------------------------------


def draw_overfitting() -> None:
    """Draw loss and accuracy of one network with and without dropout, on few images with wrong labels among them."""
    figure, (losses, accuracies) = plt.subplots(1, 2, figsize=(9.6, 3.8))
    for dropout, name, colour in ((0.0, "without dropout", ORANGE), (0.5, "with dropout", BLUE)):
        runs = torch.tensor([learning_curves(seed, dropout, epochs=60) for seed in range(4)], dtype=torch.float64)
        train_loss, train_accuracy, val_loss, val_accuracy = runs.mean(dim=0).T
        best = val_accuracy.argmax().item()
        print(
            f"{name}: validation {val_accuracy[best]:.3f} in epoch {best + 1}, {val_accuracy[-1]:.3f} at the end, "
            f"training {train_accuracy[-1]:.3f}; lowest validation loss in epoch {val_loss.argmin().item() + 1}",
            flush=True,
        )
        pairs = (losses, train_loss, val_loss), (accuracies, train_accuracy, val_accuracy)
        for axes, of_train, of_validation in pairs:
            epochs = range(1, len(of_train) + 1)
            axes.plot(epochs, of_validation, color=colour, linewidth=2, label=f"validation, {name}")
            axes.plot(epochs, of_train, color=colour, linewidth=1.5, linestyle=(0, (2, 2)), label=f"training, {name}")
    losses.set(xlabel="epoch", ylabel="mean loss", ylim=(0, 2.4), xlim=(1, 60))
    accuracies.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1.02), xlim=(1, 60))
    for axes in (losses, accuracies):
        tidy(axes)
    accuracies.legend(loc="lower right", framealpha=1)
    figure.tight_layout(w_pad=2)
    save(figure, "overfitting.svg")


def learning_curves(seed: int, dropout: float, *, epochs: int) -> list[tuple[float, float, float, float]]:
    """Return loss and accuracy of the training images and of the validation images after each epoch."""
    data = gratings(seed)
    train = spoilt(data.train, count=500, share=0.3)
    torch.manual_seed(seed)
    model = Network(norm=False, dropout=dropout)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    curves = []
    for _ in range(epochs):
        train_one_epoch(model, loader(train, shuffle=True), nn.CrossEntropyLoss(), optimizer, CPU)
        curves.append((*measure(model, train), *measure(model, data.validation)))
    return curves


def spoilt(images: LabelledImages, *, count: int, share: float) -> LabelledImages:
    """Return the first images, a share of them with a label drawn at random."""
    noise = torch.Generator().manual_seed(0)
    labels = images.labels[:count].clone()
    wrong = torch.randperm(count, generator=noise)[: int(share * count)]
    labels[wrong] = torch.randint(0, 10, (len(wrong),), generator=noise)
    return LabelledImages(images=images.images[:count], labels=labels)


# --- the numbers of the handout ---------------------------------------------------------------------------------------


def print_numbers() -> None:
    """Print what preparing the pixels is worth, and how well the reference does."""
    kinds: dict[str, Callable[[], nn.Module]] = {
        "pixels from 0 to 1": lambda: Network(norm=False, prepare=from_0_to_1),
        "pixels minus 0.5, divided by 0.25": lambda: Network(norm=False),
        "the same with batch normalisation": Network,
    }
    for name, build in kinds.items():
        reached: list[list[float]] = [[] for _ in range(EPOCHS)]
        for seed in range(4):
            data = gratings(seed)
            torch.manual_seed(seed)
            model = build()
            optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
            for of_epoch in reached:
                train_one_epoch(model, loader(data.train, shuffle=True), nn.CrossEntropyLoss(), optimizer, CPU)
                of_epoch.append(measure(model, held_out(data))[1])
        for epoch in (1, 2, EPOCHS):
            print(
                f"{name}, epoch {epoch}: {', '.join(f'{accuracy:.3f}' for accuracy in reached[epoch - 1])}", flush=True
            )
    for seed in range(4):
        data = gratings(seed)
        torch.manual_seed(seed)
        model = CifarNet()
        fit(model, loader(data.train, shuffle=True), loader(data.validation, shuffle=False), epochs=EPOCHS, device=CPU)
        print(f"reference, seed {seed}: {measure(model, held_out(data))[1]:.4f}", flush=True)


# --- style ------------------------------------------------------------------------------------------------------------


def tidy(axes: Axes) -> None:
    """Leave out the lines that say nothing."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e6e9ec", linewidth=0.8)
    axes.set_axisbelow(True)


def save(figure: Figure, name: str) -> None:
    """Write a drawing on a white ground, the same bytes each time."""
    figure.savefig(PICTURES / name, facecolor="white", bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Draw everything."""
    torch.set_num_threads(1)
    PICTURES.mkdir(exist_ok=True)
    plt.rcParams.update({"font.size": 10, "svg.hashsalt": "cifar10_training", "legend.fontsize": 9})
    draw_epoch()
    draw_gratings()
    draw_learning_rates()
    draw_overfitting()
    print_numbers()


if __name__ == "__main__":
    main()
