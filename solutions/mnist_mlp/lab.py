"""
Measure the runs of the lecture's Lab 4A that the handout shows, on digits of four scripts that were made up.

    python solutions/mnist_mlp/lab.py
"""

from __future__ import annotations

import statistics
from itertools import pairwise

import torch
from measured import share_read, train
from torch import nn

from grader.checks.made_up_gradings import keys_of
from grader.datasets import DataSource, split

RUNS = {
    "1: linear model": ((), 1e-3),
    "1: MLP": ((100, 100), 1e-3),
    "2: 2 layers": ((100,) * 2, 1e-3),
    "2: 4 layers": ((100,) * 4, 1e-3),
    "3: 100 units": ((100, 100), 1e-3),
    "3: 200 units": ((200, 200), 1e-3),
    "4: learning rate 0.002": ((100, 100), 2e-3),
    "4: learning rate 0.02": ((100, 100), 2e-2),
}


def accuracies(hidden: tuple[int, ...], rate: float, script: int) -> tuple[float, float]:
    """Train a network, and return which shares of the training images and of held-out ones it reads right."""
    keys = keys_of(f"lab {script}", "lab")
    data = split(DataSource(name="new_digits"), keys.data, train=2000, validation=200, held_out=1000)
    torch.manual_seed(script)
    sizes = [784, *hidden, 10]
    layers: list[nn.Module] = [nn.Flatten()]
    for before, after in pairwise(sizes):
        layers += [nn.Linear(before, after), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    train(model, data, rate)
    known = share_read(model, data.train.images, data.train.labels)
    unseen = share_read(model, data.held_out_images, data.held_out_labels)
    return known, unseen


def main() -> None:
    """Print the mean of four scripts for each run."""
    torch.set_num_threads(1)
    for name, (hidden, rate) in RUNS.items():
        known, unseen = zip(*(accuracies(hidden, rate, script) for script in range(4)), strict=True)
        print(f"{name}: training {statistics.mean(known):.2f}, unseen {statistics.mean(unseen):.2f}", flush=True)


if __name__ == "__main__":
    main()
