"""
Measure what `test_learning_hidden.py` asks of the linear classifier, and by how much the MLP must be better.

    python solutions/mnist_mlp/measured.py [--data new_digits|mnist] [--data-root DIR] [GRADINGS]

`grader calibrate` measures the MLP and CifarMLP; an assignment has one threshold for each data set, so these two numbers stand in
the check file. What is trained, on what and for how long is what the checks do, under the seeds of a calibration.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tomllib
from pathlib import Path

import torch
from mnist_mlp import MLP, LinearClassifier
from torch import nn

from grader.checks.made_up_gradings import keys_of
from grader.datasets import DataSource, DataSplit, as_floats, split

COURSE = Path(__file__).parents[2]
CHECK = "mlp_beats_the_linear_classifier"
LEARNING_RATE = 1e-3
MARGINS = {"new_digits": 0.10, "mnist": 0.01}
TRAINING = tomllib.loads((COURSE / "assignments" / "mnist_mlp" / "assignment.toml").read_text())["training"]


def train(model: nn.Module, data: DataSplit, rate: float) -> None:
    """Train a network as `train_on` does."""
    images, labels = as_floats(data.train.images), data.train.labels
    optimizer = torch.optim.Adam(model.parameters(), rate)
    for _epoch in range(TRAINING["epochs"]):
        for batch in torch.randperm(len(images)).split(TRAINING["batch_size"]):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()


def share_read(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Return the share of some images that a network reads right."""
    with torch.no_grad():
        return (model(as_floats(images)).argmax(dim=1) == labels).double().mean().item()


def accuracy(model: nn.Module, data: DataSplit) -> float:
    """Train a network, and return the share of held-out images that it reads right."""
    train(model, data, LEARNING_RATE)
    return share_read(model, data.held_out_images, data.held_out_labels)


def main() -> None:
    """Print what some gradings give, and what follows."""
    parser = argparse.ArgumentParser()
    parser.add_argument("gradings", nargs="?", type=int, default=30)
    parser.add_argument("--data", default="new_digits")
    parser.add_argument("--data-root", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    source = DataSource(name=options.data, root=options.data_root)
    sizes = {name: TRAINING[name] for name in ("train", "validation", "held_out")}
    linear, mlp, stacked = [], [], []
    for number in range(options.gradings):
        data = split(source, keys_of(f"calibration {number}", CHECK).data, **sizes)
        torch.manual_seed(number)
        linear.append(accuracy(LinearClassifier(), data))
        mlp.append(accuracy(MLP(), data))
        stacked.append(accuracy(nn.Sequential(*(one for one in MLP().layers if not isinstance(one, nn.ReLU))), data))
    deviation = statistics.stdev(linear)
    print(f"linear: mean {statistics.mean(linear):.3f}, worst {min(linear):.3f}, deviation {deviation:.4f}")
    for name, other in (("MLP", mlp), ("MLP without ReLU", stacked)):
        margins = [one - two for one, two in zip(other, linear, strict=True)]
        mean, deviation, wanted = statistics.mean(margins), statistics.stdev(margins), MARGINS[options.data]
        chance = math.erfc((mean - wanted) / deviation / math.sqrt(2)) / 2
        print(
            f"{name} less linear: mean {mean:.3f}, from {min(margins):.3f} to {max(margins):.3f}, deviation {deviation:.4f}"
        )
        print(f"  less than {wanted} with probability {chance:.1e} (normal)")


if __name__ == "__main__":
    main()
