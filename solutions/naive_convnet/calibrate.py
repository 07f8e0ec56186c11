"""
Measure how well the reference learns, and how likely `reads_unseen_digits` is to fail a right network.

    python solutions/naive_convnet/calibrate.py [GRADINGS]

Every grading has its own script, images, initial weights and order of batches, so the spread between them holds all of these.  A
network is trained until it reads READY digits of those to validate with, three passes at most.  p_low is the worst grading less
three standard deviations between gradings: a network as bad as that fails with the binomial probability that is printed.
"""

from __future__ import annotations

import statistics
import sys
import time

import torch
from checks.test_unseen_digits_hidden import (
    BATCH_SIZE,
    HELD_OUT,
    HOPELESS,
    LEARNING_RATE,
    PASSES,
    READY,
    REQUIRED,
    TRAIN,
    VALIDATION,
)
from naive_convnet import NaiveConvNet
from torch import nn

from grader.checks.calibration import Calibration, keys_of
from grader.datasets import DataSource, DataSplit, as_floats, split


def grading(number: int) -> tuple[int, int, float, float]:
    """Return passes, digits read right of those to validate with after two, held-out accuracy, and that of neighbours."""
    keys = keys_of(f"calibration {number}", "reads_unseen_digits")
    digits = split(DataSource(name="new_digits"), keys.data, train=TRAIN, validation=VALIDATION, held_out=HELD_OUT)
    torch.manual_seed(keys.torch.number)
    model = NaiveConvNet()
    after = []
    for passes in range(PASSES):
        train_once(model, digits, keys.torch.derive(passes).number)
        after.append(right(model, digits.validation.images, digits.validation.labels))
        if after[-1] >= READY:
            break
    accuracy = right(model, digits.held_out_images, digits.held_out_labels) / HELD_OUT
    return len(after), after[min(1, len(after) - 1)], accuracy, nearest_neighbour(digits)


def train_once(model: nn.Module, digits: DataSplit, seed: int) -> None:
    """Show *model* every training image once, with a new optimizer, as each request to train does."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    criterion = nn.CrossEntropyLoss()
    order = torch.randperm(len(digits.train), generator=torch.Generator().manual_seed(seed))
    model.train()
    for batch in order.split(BATCH_SIZE):
        optimizer.zero_grad()
        criterion(model(as_floats(digits.train.images[batch])), digits.train.labels[batch]).backward()
        optimizer.step()


@torch.no_grad()
def right(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> int:
    """Return how many digits *model* reads right."""
    model.eval()
    read = torch.cat([model(as_floats(some)).argmax(dim=1) for some in images.split(250)])
    return int((read == labels).sum())


def nearest_neighbour(digits: DataSplit) -> float:
    """Return the accuracy of who remembers every training image and gives the label of the nearest one."""
    known, asked = (as_floats(images).flatten(1) for images in (digits.train.images, digits.held_out_images))
    found = digits.train.labels[torch.cdist(asked, known).argmin(dim=1)]
    return (found == digits.held_out_labels).double().mean().item()


def main() -> None:
    """Print what the gradings gave."""
    torch.set_num_threads(1)
    started = time.perf_counter()
    found = [grading(number) for number in range(int(sys.argv[1]) if len(sys.argv) > 1 else 8)]
    seconds = (time.perf_counter() - started) / len(found)
    passes, second, accuracies, neighbours = zip(*found, strict=True)
    held_out = Calibration(accuracies=accuracies, held_out=HELD_OUT)
    print(
        f"{len(found)} gradings of {seconds:.0f} s: held out mean {held_out.mean:.3f} sd {held_out.deviation:.3f} "
        f"worst {held_out.worst:.3f} p_low {held_out.p_low:.3f}; "
        f"required {REQUIRED / HELD_OUT:.3f}, P(false fail) {held_out.chance_of_fewer(REQUIRED):.1e}"
    )
    counts = ", ".join(f"{passes.count(number)} after {number}" for number in range(1, PASSES + 1))
    print(f"passes: {counts}; worst after two {min(second)} of {VALIDATION}, hopeless below {HOPELESS}")
    print(f"nearest neighbour of the training images: mean {statistics.mean(neighbours):.3f}")


if __name__ == "__main__":
    main()
