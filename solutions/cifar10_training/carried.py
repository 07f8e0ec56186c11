"""
Measure what a network is worth that was trained before a grading, on gratings of other classes, and what memory alone is.

    python solutions/cifar10_training/carried.py [GRADINGS]

Its outputs are renumbered by the labelled images of the grading, as well as that can be done: each output gets the class that it
goes with most often.  Nothing is trained in the grading.  Memory gives a held-out image the label of the nearest training image.
"""

from __future__ import annotations

import statistics
import sys

import torch
from cifar10_training import CifarNet, fit
from torch.utils.data import DataLoader, TensorDataset

from grader.checks.made_up_gradings import keys_of
from grader.datasets import PIXEL_DEVIATION, PIXEL_MEAN, DataSource, DataSplit, as_floats, split


def images_of(name: str) -> DataSplit:
    """Return the images of a grading."""
    keys = keys_of(name, "reads_unseen_images")
    return split(DataSource(name="gratings"), keys.data, train=2000, validation=500, held_out=2000)


def prepared(images: torch.Tensor) -> torch.Tensor:
    """Return pixels as loaders give them."""
    return (as_floats(images) - PIXEL_MEAN) / PIXEL_DEVIATION


@torch.no_grad()
def outputs(model: torch.nn.Module, images: torch.Tensor) -> torch.Tensor:
    """Return which output is the largest for each image."""
    model.eval()
    return torch.cat([model(prepared(some)).argmax(dim=1) for some in images.split(250)])


def renumbered(model: torch.nn.Module, data: DataSplit) -> float:
    """Return the accuracy on held-out images after outputs were renumbered by the training images."""
    counts = torch.zeros(10, 10)
    indices = outputs(model, data.train.images), data.train.labels
    counts.index_put_(indices, torch.ones(len(data.train)), accumulate=True)
    read = counts.argmax(dim=1)[outputs(model, data.held_out_images)]
    return (read == data.held_out_labels).double().mean().item()


def remembered(data: DataSplit) -> float:
    """Return the accuracy on held-out images of the labels of the nearest training images."""
    known, asked = (prepared(images).flatten(1) for images in (data.train.images, data.held_out_images))
    read = data.train.labels[torch.cdist(asked, known).argmin(dim=1)]
    return (read == data.held_out_labels).double().mean().item()


def main() -> None:
    """Train once, and print what it is worth in other gradings."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    home = images_of("home")
    model = CifarNet()
    loaders = [
        DataLoader(TensorDataset(prepared(part.images), part.labels), 64, shuffle=True)
        for part in (home.train, home.validation)
    ]
    fit(model, *loaders, epochs=6, device=torch.device("cpu"))
    print(f"at home: {renumbered(model, home):.3f}")
    gradings = [images_of(f"grading {number}") for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 12)]
    as_is = [(outputs(model, data.held_out_images) == data.held_out_labels).double().mean().item() for data in gradings]
    best = sorted(renumbered(model, data) for data in gradings)
    print(f"in {len(gradings)} gradings, as it is: mean {statistics.mean(as_is):.3f}")
    passing = sum(one >= 0.9 for one in best)
    print(f"renumbered: mean {statistics.mean(best):.3f}, from {best[0]:.3f} to {best[-1]:.3f}; {passing} pass")
    print(f"nearest training image: mean {statistics.mean(map(remembered, gradings)):.3f}")


if __name__ == "__main__":
    main()
