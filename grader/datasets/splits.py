"""
Divide data sets: images to train on and to validate with for the worker, held-out images and labels for the harness.

Knows no assignment by name.  What a check does with a split is its business, under one rule, which only the checks keep:
a held-out label never leaves the harness.
"""

from __future__ import annotations

import functools
import gzip
import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.keys import DataKeys, StreamKey

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    from grader.datasets.stored_data import Images

EMBEDDED = ("gratings", "new_digits")
"""Data sets that need no download: they are made up, with new images and new classes for every grading."""
REAL = ("cifar10", "mnist", "fashion_mnist")
"""Data sets that somebody must have fetched."""
CLASSES = 10
"""All of them have as many."""
_DIGITS = Path("datasets", "data", "digits.csv.gz")
"""Within scikit-learn: `load_digits` reads it, in every release that is permitted."""
_TEST_SHARE = 5
"""One in so many images of an undivided data set belongs to its test part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """Which data set, and where it lies."""

    name: str
    """One of EMBEDDED or of REAL."""
    root: Path | None = None
    """Where real data lie, as `stored_data.read` takes it; None for the folder of `grader data fetch`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledImages:
    """Images with their labels; not to be modified, since every caller gets the same tensors."""

    images: torch.Tensor
    """(N, C, H, W) uint8, pixels from 0 to 255."""
    labels: torch.Tensor
    """(N,) int64."""

    def __len__(self) -> int:
        """Return how many images there are."""
        return len(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DataSplit:
    """Images of one data set, no two parts of which share an image; not to be modified."""

    classes: int
    train: LabelledImages
    """May go to the worker."""
    validation: LabelledImages
    """May go to the worker."""
    held_out_images: torch.Tensor
    """(n, C, H, W) uint8, pixels from 0 to 255; goes to the worker, to be predicted."""
    held_out_labels: torch.Tensor
    """(n,) int64; never goes to the worker: predictions are compared with it in the harness."""


@functools.lru_cache(maxsize=4)  # several checks ask for the same
def split(source: DataSource, keys: DataKeys, *, train: int | None, validation: int, held_out: int) -> DataSplit:
    """
    Draw images to train on, to validate with and to hold out.

    What is sent and what is held out follow from keys of their own, so the one tells nothing of the other.  The key of classes
    decides what made-up classes look like, and which number each class has: class 3 of one grading is class 7 of another.  So
    neither images nor weights that somebody has from before a grading know the labels of this one.

    Made-up images are new under every key, and as many of each class.  Of real data, held-out images come from the test part
    only, and the others from the training part only; where data lie undivided, a fifth is the test part.  The
    labels of public data can be looked up in any copy of them.

    Args:
        train: How many images to train on; None for all that are left beside *validation*.
        validation: How many images to validate with.
        held_out: How many images to hold out.

    Raises:
        UsageError: If there is no such data set, it cannot be read, or has fewer images.
    """
    if source.name not in EMBEDDED + REAL:
        raise UsageError(
            f"there are no data called `{source.name}`: choose one of {', '.join(EMBEDDED)}, which need no download, or of "
            f"{', '.join(REAL)}"
        )
    if source.name in REAL:
        parts = _drawn(source, keys, train, validation, held_out)
    elif train is None:
        raise UsageError(f"`{source.name}` are made up, as many as are asked for: say how many to train on")
    else:
        parts = _made(source.name, keys, train, validation, held_out)
    return _with_new_classes(parts, keys.classes)


def digits(key: StreamKey, count: int) -> LabelledImages:
    """
    Return *count* real handwritten digits as 1x28x28 images, drawn from 1,797 that everybody knows: nothing is held out of them.

    Source: `sklearn.datasets.load_digits`, the test part of E. Alpaydin and C. Kaynak, "Optical Recognition
        of Handwritten Digits", UCI Machine Learning Repository, 1998 (CC BY 4.0); 8x8 pixels, here enlarged
        bilinearly.
    """
    import torch

    from grader.datasets.fixed_point import Stream

    small, labels = _small_digits()
    indices = Stream(key).order(len(labels))[:count]
    pixels = torch.from_numpy(small[indices]).float().mul(255 / 16).view(-1, 1, 8, 8)
    large = torch.nn.functional.interpolate(pixels, size=(28, 28), mode="bilinear", align_corners=False)
    return LabelledImages(images=large.round().to(torch.uint8), labels=torch.from_numpy(labels[indices]).long())


@functools.cache
def _small_digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """
    Return scikit-learn's digits: (1797, 64) grey levels from 0 to 16, and their labels.

    Its file is read as it lies, since importing scikit-learn takes longer than most of what is asked of a network.
    """
    import numpy as np

    package = importlib.util.find_spec("sklearn")
    assert package is not None, "scikit-learn is a dependency"
    assert package.origin is not None, "scikit-learn is a package of files"
    with gzip.open(Path(package.origin).parent / _DIGITS, "rt") as lines:
        table = np.loadtxt(lines, delimiter=",")
    return table[:, :-1], table[:, -1].astype(np.int64)


def as_floats(images: torch.Tensor) -> torch.Tensor:
    """Return pixels as float32 from 0 to 1, as networks in a worker get them."""
    return images.float().div(255)


def _made(name: str, keys: DataKeys, train: int, validation: int, held_out: int) -> list[Images]:
    """Make up images, each part from a key of its own."""
    from grader.datasets.gratings import gratings
    from grader.datasets.new_digits import new_digits
    from grader.datasets.stored_data import Images

    make = {"gratings": gratings, "new_digits": new_digits}[name]
    counts = ((train, keys.training), (validation, keys.training.derive("validation")), (held_out, keys.held_out))
    made = [make(count, key, keys.classes) for count, key in counts]
    return [Images(images=images, labels=labels) for images, labels in made]


def _drawn(source: DataSource, keys: DataKeys, train: int | None, validation: int, held_out: int) -> list[Images]:
    """Draw from images that there are; raises UsageError if they are too few."""
    from grader.datasets.fixed_point import Stream

    to_train, to_test, place = _parts(source, keys)
    left = len(to_train.labels) - validation
    train = max(left, 1) if train is None else train
    if train > left:
        raise UsageError(
            f"{place}: {len(to_train.labels):,} images are not for testing, but {train:,} to train on and {validation:,} to "
            "validate with are asked for: ask for fewer, or take the whole data set"
        )
    if held_out > len(to_test.labels):
        raise UsageError(
            f"{place}: {len(to_test.labels):,} images are for testing, but {held_out:,} to hold out are asked for: ask for "
            "fewer, or take the whole data set"
        )
    order = Stream(keys.training).order(len(to_train.labels))
    return [
        _taken(to_train, order[validation : validation + train]),
        _taken(to_train, order[:validation]),
        _taken(to_test, Stream(keys.held_out).order(len(to_test.labels))[:held_out]),
    ]


def _parts(source: DataSource, keys: DataKeys) -> tuple[Images, Images, str]:
    """Return the training part, the test part, and what to call the whole; raises UsageError if it cannot be read."""
    from grader.datasets import stored_data
    from grader.datasets.fetch import default_root
    from grader.datasets.fixed_point import Stream

    root = source.root or default_root()
    stored, place = stored_data.read(source.name, root), f"{source.name} in {root}"
    if stored.test is not None:
        return stored.train, stored.test, place
    everything, for_testing = stored.train, len(stored.train.labels) // _TEST_SHARE
    order = Stream(keys.training.derive("division")).order(len(everything.labels))
    return _taken(everything, order[for_testing:]), _taken(everything, order[:for_testing]), place


def _with_new_classes(parts: list[Images], key: StreamKey) -> DataSplit:
    import torch

    from grader.datasets.fixed_point import Stream

    numbers = Stream(key.derive("numbers")).order(CLASSES)
    train, validation, held_out = (
        LabelledImages(images=torch.from_numpy(part.images), labels=torch.from_numpy(numbers[part.labels]))
        for part in parts
    )
    return DataSplit(
        classes=CLASSES,
        train=train,
        validation=validation,
        held_out_images=held_out.images,
        held_out_labels=held_out.labels,
    )


def _taken(images: Images, indices: NDArray[np.int64]) -> Images:
    """Return copies of the images at some indices."""
    return replace(images, images=images.images[indices], labels=images.labels[indices])
