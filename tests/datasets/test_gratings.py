"""The made-up data sets: what they hold, and what can be learnt from them."""

from __future__ import annotations

import hashlib
import itertools
import sys
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
import torch
from made_keys import key, raw
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from grader.datasets.fixed_point import TURN, Stream
from grader.datasets.gratings import _orientations, gratings
from grader.datasets.new_digits import new_digits
from grader.datasets.splits import as_floats
from grader.datasets.training_task import PIXEL_DEVIATION, PIXEL_MEAN
from grader.keys import StreamKey

Generator = Callable[[int, StreamKey, StreamKey], tuple[NDArray[np.uint8], NDArray[np.int64]]]
SHAPES = {gratings: (3, 32, 32), new_digits: (1, 28, 28)}
CLASSES = key(200)
"""What the classes are, where it does not matter."""

both = pytest.mark.parametrize("generate", SHAPES, ids=lambda generate: generate.__name__)


@pytest.mark.parametrize(
    ("generate", "number", "expected"),
    [
        (gratings, 1, "2c0a2ecbd1e2402b8426689aae39e465e40eb7af28ea46d110e49e4f47c6a0da"),
        (gratings, 255, "6d24e850dc84a50033e216abdc69611adab5069bafcfcf09208add68a8a9936d"),
        (new_digits, 1, "7fe073cfac618da0652beed4707fd5ea31e37b597176944f113c6f201b740964"),
        (new_digits, 255, "09ac92c22de977bbf39c84c44bc2fe16d0f3f932085498458289a71a9a7e75a5"),
    ],
)
def test_same_bytes_on_every_machine(generate: Generator, number: int, expected: str) -> None:
    """The images and labels of a key have the checksum that they always had: thresholds rest on them."""
    images, labels = generate(100, key(number), CLASSES)

    assert hashlib.sha256(images.tobytes() + labels.astype("<i8").tobytes()).hexdigest() == expected


@both
@pytest.mark.parametrize("count", [0, 1, 25, 200])
def test_any_number_of_images(generate: Generator, count: int) -> None:
    """There are as many images as asked for, uint8, with int64 labels of which each class has as many, or one more."""
    images, labels = generate(count, key(3), CLASSES)
    counts = np.bincount(labels, minlength=10)

    assert images.shape == (count, *SHAPES[generate])
    assert images.dtype == np.uint8
    assert labels.shape == (count,)
    assert labels.dtype == np.int64
    assert len(counts) == 10
    assert counts.max() - counts.min() <= 1


@both
def test_no_image_comes_twice(generate: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Images differ from each other, under one key and under two, even in what is not noise."""
    monkeypatch.setattr(sys.modules[generate.__module__], "_NOISE", 0)
    images = np.concatenate([generate(200, key(number), CLASSES)[0] for number in (5, 6)])
    small = F.avg_pool2d(torch.from_numpy(images).double(), 4).flatten(1)
    apart = torch.pdist(small)

    assert apart.min() > 0.03 * apart.mean()
    assert apart.quantile(0.001) > 0.15 * apart.mean()  # of what is drawn twice, one pair in 400 would be nearer


def test_mean_grating_of_every_class_is_the_same() -> None:
    """The mean images of the classes differ by no more than chance: the variance between them is that of means."""
    images, labels = gratings(10_000, key(7), CLASSES)
    means = np.stack([images[labels == label].mean(axis=0) for label in range(10)])
    by_chance = images.var(axis=0) / 1000
    between = means.var(axis=0, ddof=1)

    assert np.mean(between / by_chance) == pytest.approx(1, abs=0.1)
    assert images.mean() == pytest.approx(128, abs=1)


def orientations(number: int) -> list[float]:
    """Return the five orientations of a key by the rule, in degrees: 25 to the next, and what is left of 180 cut at random."""
    least, half = 65536 * 25 // 360, 65536 // 2
    cuts = sorted(drawn * (half - 5 * least + 1) // 2**64 for drawn in raw(number, 2, 4))
    steps = [least + cut - before for before, cut in zip([0, *cuts], cuts, strict=False)]
    first = raw(number, 3, 1)[0] * half // 2**64
    return [angle * 360 / 65536 for angle in itertools.accumulate(steps, initial=first)]


def test_orientations_lie_apart() -> None:
    """Any two orientations of one key are at least 25 degrees apart, also across half a turn; every key has others."""
    drawn = [_orientations(Stream(key(number))) * 360 / TURN for number in range(100)]
    apart = np.stack([np.diff(some, append=some[0] + 180) for some in drawn])

    assert apart.min() > 24.9
    assert apart.max() > 60
    assert len({tuple(some) for some in drawn}) == 100
    assert np.ptp([some[0] for some in drawn]) > 150


@pytest.mark.parametrize("number", [200, 201, 202])
def test_a_class_of_gratings_is_an_orientation_and_a_frequency(number: int) -> None:
    """
    The spectrum of class c has its peak at orientation c mod 5, at 3.6 or, from 5 upward, 6.7 turns per image.

    The key of classes draws the orientations, and makes either frequency up to 8 % higher or lower.
    """
    low, high = (
        usual * (920 + drawn * 161 // 2**64) / 1000 for usual, drawn in zip((3.6, 6.7), raw(number, 1, 2), strict=True)
    )
    images, labels = gratings(1000, key(8), key(number))
    frequencies = np.fft.fftfreq(128, 1 / 128)
    for label in range(10):
        stripes = images[labels == label].astype(float) - 128
        power = (abs(np.fft.fft2(stripes, (128, 128))) ** 2).mean(axis=(0, 1))
        power[frequencies**2 + frequencies[:, None] ** 2 < 36] = 0  # the tint
        down, across = np.unravel_index(power.argmax(), power.shape)
        turns = complex(frequencies[across], frequencies[down]) / 4  # of four times as many pixels
        angle = np.angle(turns, deg=True) - orientations(number)[label % 5]

        assert abs(turns) == pytest.approx(low if label < 5 else high, abs=0.3)
        assert abs((angle + 90) % 180 - 90) < 6


def signs(number: int) -> list[list[tuple[int, int]]]:
    """Return the lines of ten signs by the rule: five of 15 points in random order, and no two signs with three strokes alike."""
    found: list[list[tuple[int, int]]] = []
    for draw in itertools.count(1):
        order = sorted(range(15), key=raw(number, draw, 15).__getitem__)
        line = [divmod(place, 5) for place in order[:5]]
        if all((strokes(line) & strokes(other)).total() < 3 for other in found):
            found.append(line)
        if len(found) == 10:
            break
    return found


def strokes(line: list[tuple[int, int]]) -> Counter[tuple[int, int]]:
    """Return where the strokes of a line go, in whichever direction they are drawn."""
    steps = [(x - u, y - v) for (u, v), (x, y) in itertools.pairwise(line)]
    return Counter(max((x, y), (-x, -y)) for x, y in steps)


def drawing(line: list[tuple[int, int]]) -> torch.Tensor:
    """Draw a line with ink up to 1.5 pixels from it, and smear it as far as images are shifted."""
    ends = [(13.5 + 4.5 * (column - 1), 13.5 + 4 * (row - 2)) for column, row in line]
    along = torch.linspace(0, 1, 50)[:, None]
    points = torch.cat([torch.tensor(u) * (1 - along) + torch.tensor(v) * along for u, v in itertools.pairwise(ends)])
    pixels = torch.cartesian_prod(torch.arange(28.0), torch.arange(28.0)).flip(1)
    ink = (torch.cdist(pixels, points).amin(dim=1) < 1.5).float().view(1, 28, 28)
    return F.avg_pool2d(ink, 11, stride=1, padding=5).flatten()


@pytest.mark.parametrize("number", [200, 201, 202])
def test_digits_have_the_ink_of_their_strokes(number: int) -> None:
    """The mean image of every sign is that of a line of four strokes, which the key of classes draws, and of no other sign."""
    images, labels = new_digits(2000, key(9), key(number))
    mean = torch.stack([torch.tensor(images[labels == sign]).float().mean(dim=0).flatten() for sign in range(10)])
    alike = torch.corrcoef(torch.cat([mean, torch.stack([drawing(line) for line in signs(number)])]))[:10, 10:]

    assert alike.argmax(dim=1).tolist() == list(range(10))
    assert alike.diagonal().min() > 0.9


@both
def test_other_classes_look_different(generate: Generator) -> None:
    """From one key of classes to another the same labels belong to other images; what is trained before knows none of them."""
    (one, labels), (other, other_labels) = (generate(1000, key(10), key(number)) for number in (200, 201))
    spectra = np.stack([abs(np.fft.fft2(images)).mean(axis=1) for images in (one, other)])
    halves = [[spectra[0, labels == label][half::2].mean(axis=0) for half in (0, 1)] for label in range(10)]
    apart = [
        np.linalg.norm(spectra[0, labels == label].mean(axis=0) - spectra[1, labels == label].mean(axis=0))
        for label in range(10)
    ]

    assert (labels == other_labels).all()
    assert not (one == other).all(axis=(1, 2, 3)).any()
    assert min(apart) > 2 * max(np.linalg.norm(first - second) for first, second in halves)


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
    (images, labels), (others, other_labels) = (
        ((as_floats(torch.from_numpy(images)) - PIXEL_MEAN) / PIXEL_DEVIATION, torch.from_numpy(labels))
        for images, labels in (generate(count, key(21), CLASSES), generate(2000, key(22), CLASSES))
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
        return (model(others).argmax(dim=1) == other_labels).double().mean().item()


@pytest.mark.slow
@both
def test_a_small_convolutional_network_learns_them(generate: Generator) -> None:
    """Six epochs over 2,000 images, scaled as loaders do, are enough for 95 % of 2,000 others."""
    torch.manual_seed(0)
    reached = accuracy(small_network(generate), generate, count=2000, learning_rate=3e-3, epochs=6)

    assert reached >= 0.95


@pytest.mark.slow
def test_one_epoch_is_not_enough() -> None:
    """After a single epoch the same network reads less than half of the gratings: what stops early is noticed."""
    torch.manual_seed(0)

    assert accuracy(small_network(gratings), gratings, count=2000, learning_rate=3e-3, epochs=1) <= 0.5


@pytest.mark.slow
@both
def test_a_linear_classifier_does_not(generate: Generator) -> None:
    """Without convolution little is learnt of gratings, and a third of the digits stays misread."""
    torch.manual_seed(0)
    reached = accuracy(linear_classifier(generate), generate, count=4000, learning_rate=1e-3, epochs=10)

    assert reached <= (0.40 if generate is gratings else 0.70)
