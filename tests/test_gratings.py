"""The made-up data sets: what they hold, and what can be learnt from them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from grader.data import as_floats
from grader.gratings import gratings
from grader.stroke_digits import stroke_digits
from grader.training_task import PIXEL_DEVIATION, PIXEL_MEAN

Generator = Callable[[int, int], tuple[NDArray[np.uint8], NDArray[np.int64]]]
SHAPES = {gratings: (3, 32, 32), stroke_digits: (1, 28, 28)}

both = pytest.mark.parametrize("generate", SHAPES, ids=lambda generate: generate.__name__)


@pytest.mark.parametrize(
    ("generate", "seed", "expected"),
    [
        (gratings, 1, "7ba09aa18f25637b3194c18b3a04596b85a310d26bfe062a566d96c47819f66b"),
        (gratings, 2**34, "94f11973f452a3dbe9d0b19ab9751e076a08f9508be5b2777bb5e778d543e39b"),
        (stroke_digits, 1, "f1235bf089ca2f684c2738c15c8b87a1361c4a1fb9934e9ee868c3f7ebdd3143"),
        (stroke_digits, 2**34, "434359834b90a2073a56b63716b0b9d6ab2e4d85db9f2517094da9561087e97e"),
    ],
)
def test_same_bytes_on_every_machine(generate: Generator, seed: int, expected: str) -> None:
    """The images and labels of a seed have the checksum that they always had: thresholds rest on them."""
    images, labels = generate(100, seed)

    assert hashlib.sha256(images.tobytes() + labels.astype("<i8").tobytes()).hexdigest() == expected


@both
@pytest.mark.parametrize("count", [0, 1, 25, 200])
def test_any_number_of_images(generate: Generator, count: int) -> None:
    """There are as many images as asked for, uint8, with int64 labels of which each class has as many, or one more."""
    images, labels = generate(count, 3)
    counts = np.bincount(labels, minlength=10)

    assert images.shape == (count, *SHAPES[generate])
    assert images.dtype == np.uint8
    assert labels.shape == (count,)
    assert labels.dtype == np.int64
    assert len(counts) == 10
    assert counts.max() - counts.min() <= 1


@both
def test_no_image_comes_twice(generate: Generator) -> None:
    """Images differ from each other, under one seed and under two, even in what is not noise."""
    images = np.concatenate([generate(200, seed)[0] for seed in (5, 6)])
    small = F.avg_pool2d(torch.from_numpy(images).double(), 4).flatten(1)
    apart = torch.pdist(small)

    assert apart.min() > 0.2 * apart.mean()


@both
def test_thousands_of_images_take_no_time(generate: Generator) -> None:
    """4,500 images take well below a second of one processor."""
    generate(1, 0)  # the tables
    started = time.process_time()
    generate(4500, 1)

    assert time.process_time() - started < 1


def test_mean_grating_of_every_class_is_the_same() -> None:
    """The mean images of the classes differ by no more than chance: the variance between them is that of means."""
    images, labels = gratings(10_000, 7)
    means = np.stack([images[labels == label].mean(axis=0) for label in range(10)])
    by_chance = images.var(axis=0) / 1000
    between = means.var(axis=0, ddof=1)

    assert np.mean(between / by_chance) == pytest.approx(1, abs=0.1)
    assert images.mean() == pytest.approx(128, abs=1)


def test_a_class_of_gratings_is_an_orientation_and_a_frequency() -> None:
    """The spectrum of class c has its peak at 36 (c mod 5) degrees, at 3.6 or, from 5 upward, 6.7 turns per image."""
    images, labels = gratings(1000, 8)
    frequencies = np.fft.fftfreq(128, 1 / 128)
    for label in range(10):
        stripes = images[labels == label].astype(float) - 128
        power = (abs(np.fft.fft2(stripes, (128, 128))) ** 2).mean(axis=(0, 1))
        power[frequencies**2 + frequencies[:, None] ** 2 < 36] = 0  # the tint
        down, across = np.unravel_index(power.argmax(), power.shape)
        turns = complex(frequencies[across], frequencies[down]) / 4  # of four times as many pixels
        angle = np.angle(turns, deg=True) - 36 * (label % 5)

        assert abs(turns) == pytest.approx(3.6 if label < 5 else 6.7, abs=0.3)
        assert abs((angle + 90) % 180 - 90) < 6


def test_digits_have_the_ink_of_their_strokes() -> None:
    """Light is where the strokes of a digit are: an 8 has more than a 7, a 7 in its upper half, an L-less 4 on the right."""
    images, labels = stroke_digits(1000, 9)
    mean = np.stack([images[labels == digit, 0].mean(axis=0) for digit in range(10)])
    top, bottom = mean[:, :14].sum(axis=(1, 2)), mean[:, 14:].sum(axis=(1, 2))

    assert (top + bottom)[8] == (top + bottom).max()
    assert (top + bottom)[1] == (top + bottom).min()
    assert top[7] > 1.1 * bottom[7]
    assert mean[9, 14:, 14:].sum() > 1.1 * mean[9, 14:, :14].sum()  # the tail of a 9 is on the right
    assert mean[6, :14, :14].sum() > 1.1 * mean[6, :14, 14:].sum()  # that of a 6 on the left


def small_network(generate: Generator) -> nn.Module:
    """Return a network as a beginner would write it."""
    channels, side, _ = SHAPES[generate]
    return nn.Sequential(
        *(nn.Conv2d(channels, 8, 5, 2, 2), nn.BatchNorm2d(8), nn.ReLU()),
        *(nn.Conv2d(8, 16, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 16, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Dropout(0.3), nn.Linear(16 * (side // 8) ** 2, 10)),
    )


def linear_classifier(generate: Generator) -> nn.Module:
    """Return what sees every pixel by itself."""
    return nn.Sequential(nn.Flatten(), nn.Linear(int(np.prod(SHAPES[generate])), 10))


def accuracy(model: nn.Module, generate: Generator, *, count: int, learning_rate: float, epochs: int) -> float:
    """Train on *count* images and return how many of 2,000 others are read right."""
    (images, labels), (others, theirs) = (
        ((as_floats(torch.from_numpy(images)) - PIXEL_MEAN) / PIXEL_DEVIATION, torch.from_numpy(labels))
        for images, labels in (generate(count, 21), generate(2000, 22))
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for _epoch in range(epochs):
        model.train()
        for batch in torch.randperm(count).split(64):
            optimizer.zero_grad()
            F.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        return (model(others).argmax(dim=1) == theirs).double().mean().item()


@pytest.mark.slow
@both
def test_a_small_convolutional_network_learns_them(generate: Generator) -> None:
    """Six epochs over 2,000 images, scaled as loaders do, are enough for 95 % of 2,000 others (93 % of digits)."""
    torch.manual_seed(0)
    reached = accuracy(small_network(generate), generate, count=2000, learning_rate=3e-3, epochs=6)

    assert reached >= (0.95 if generate is gratings else 0.93)


@pytest.mark.slow
def test_one_epoch_is_not_enough() -> None:
    """After a single epoch the same network reads hardly more than half of the gratings: what stops early is noticed."""
    torch.manual_seed(0)

    assert accuracy(small_network(gratings), gratings, count=2000, learning_rate=3e-3, epochs=1) <= 0.65


@pytest.mark.slow
@both
def test_a_linear_classifier_does_not(generate: Generator) -> None:
    """Without convolution little is learnt of gratings, and a fifth of the digits stays misread."""
    torch.manual_seed(0)
    reached = accuracy(linear_classifier(generate), generate, count=4000, learning_rate=1e-3, epochs=10)

    assert reached <= (0.40 if generate is gratings else 0.80)
