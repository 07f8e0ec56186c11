"""
Measure how well the reference learns, and how likely `reads_unseen_digits` is to fail a right network.

    python solutions/naive_convnet/calibrate.py [SEEDS]

Every seed gives its own split, initial weights and order of batches, so the spread between seeds holds all three.  A network
passes as soon as it reads REQUIRED digits: what counts is its best pass.  It fails early where it is below the FLOOR of a
pass.  The rule for floors: p_low is the worst seed less three standard deviations between seeds, and a floor lies at least
3.72 standard deviations of a binomial with n held-out images below it (T_max); where that leaves nothing, there is no floor.
"""

from __future__ import annotations

import math
import statistics
import sys
import time

import torch
from naive_convnet import NaiveConvNet
from torch import nn

from grader.data import HELD_OUT, DataSplit, as_floats, digits

# The same numbers as in checks/test_unseen_digits_hidden.py.
PASSES, BATCH_SIZE, LEARNING_RATE = 3, 32, 1e-3
REQUIRED, FLOORS = 400, (0, 295, 400)


def accuracies(seed: int) -> list[float]:
    """Return the held-out accuracy of the reference after each pass, trained as the worker trains it."""
    split = digits(seed)
    torch.manual_seed(seed)
    model = NaiveConvNet()
    found = []
    for number in range(PASSES):
        train_once(model, split, seed + number)
        found.append(held_out_accuracy(model, split))
    return found


def train_once(model: nn.Module, split: DataSplit, seed: int) -> None:
    """Show *model* every training image once, with a new optimizer, as each request to train does."""
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    criterion = nn.CrossEntropyLoss()
    order = torch.randperm(len(split.train), generator=torch.Generator().manual_seed(seed))
    model.train()
    for batch in order.split(BATCH_SIZE):
        optimizer.zero_grad()
        criterion(model(as_floats(split.train.images[batch])), split.train.labels[batch]).backward()
        optimizer.step()


@torch.no_grad()
def held_out_accuracy(model: nn.Module, split: DataSplit) -> float:
    """Return the fraction of held-out digits that *model* reads right."""
    model.eval()
    batches = [model(as_floats(images)).argmax(dim=1) for images in split.held_out_images.split(250)]
    return (torch.cat(batches) == split.held_out_labels).double().mean().item()


def chance_of(counts: range, n: int, p: float) -> float:
    """Return the exact probability that, of *n* images each right with chance *p*, *counts* are right."""
    return math.fsum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in counts)


def main() -> None:
    """Print one line per pass."""
    torch.set_num_threads(1)
    started = time.perf_counter()
    table = [accuracies(seed) for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else 8)]
    seconds = (time.perf_counter() - started) / len(table) / PASSES
    for passes, column in enumerate(zip(*table, strict=True), start=1):
        mean, sd, worst = statistics.mean(column), statistics.stdev(column), min(column)
        p_low = max(worst - 3 * sd, 0.0)
        highest = p_low - 3.72 * math.sqrt(p_low * (1 - p_low) / HELD_OUT)
        done = sum(any(accuracy * HELD_OUT >= REQUIRED for accuracy in row[:passes]) for row in table)
        fails = chance_of(range(FLOORS[passes - 1]), HELD_OUT, p_low)
        print(
            f"after pass {passes} ({seconds * passes:.0f} s): mean {mean:.3f} sd {sd:.3f} worst {worst:.3f} "
            f"p_low {p_low:.3f} T_max {highest:.3f}; floor {FLOORS[passes - 1] / HELD_OUT:.3f}, "
            f"P(false fail) {fails:.1e}; {done} of {len(table)} are done"
        )
    best = [max(row) for row in table]
    mean, sd = statistics.mean(best), statistics.stdev(best)
    below = (mean - REQUIRED / HELD_OUT) / sd
    print(
        f"best pass: mean {mean:.3f} sd {sd:.3f} worst {min(best):.3f}; {REQUIRED / HELD_OUT:.3f} is {below:.1f} sd below"
    )
    guessing = chance_of(range(REQUIRED, HELD_OUT + 1), HELD_OUT, 0.1)
    print(f"P(guessing passes) {guessing:.1e} a pass")


if __name__ == "__main__":
    main()
