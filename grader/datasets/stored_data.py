"""
Read real data sets from disk: a folder in torchvision's layout, or numpy archives of an instructor's own.

Reads and checks; how images are divided among training and held-out is the business of `grader.datasets.splits`.
"""

from __future__ import annotations

import functools
import shlex
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a data set before it is read."""

    class_name: str
    """Of its class in `torchvision.datasets`."""
    folder: str
    """Where torchvision keeps its files, below the root."""
    shape: tuple[int, int, int]
    """(C, H, W) of every image."""


KNOWN: Mapping[str, Known] = {
    "cifar10": Known(class_name="CIFAR10", folder="cifar-10-batches-py", shape=(3, 32, 32)),
    "mnist": Known(class_name="MNIST", folder="MNIST/raw", shape=(1, 28, 28)),
    "fashion_mnist": Known(class_name="FashionMNIST", folder="FashionMNIST/raw", shape=(1, 28, 28)),
}
CLASSES = 10
"""Each of them has as many."""
NOT_AS_IT_SHOULD_BE = (RuntimeError, ValueError, TypeError, AssertionError, KeyError)
"""What torchvision raises for files that are missing or something else; it has no error of its own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Images:
    """Images with their labels."""

    images: NDArray[np.uint8]
    """(N, C, H, W), pixels from 0 to 255."""
    labels: NDArray[np.int64]
    """(N,), from 0 to 9."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stored:
    """A data set as it lies on disk; not to be modified, since every caller gets the same arrays."""

    train: Images
    """The part to train on; everything, if there is no test part."""
    test: Images | None
    """The part to hold out; None if the data lie there undivided."""


@functools.lru_cache(maxsize=2)  # a grading asks for the parts of one data set again and again
def read(name: str, root: Path) -> Stored:
    """
    Read a data set of KNOWN.

    Args:
        root: A folder in torchvision's layout; or an .npz with `images` (uint8: (N, H, W, C), (N, C, H, W) or, if C is 1,
            (N, H, W)) and `labels` (N,) of any integers; or a folder with one such .npz, or with two: one whose name begins
            with `train`, and one whose name begins with `heldout`, `held_out` or `test`.

    Raises:
        UsageError: If there are no such data, or what lies there is damaged or something else.
    """
    if root.is_file():
        return _stored(name, root, _archive(name, root), None)
    if (root / KNOWN[name].folder).is_dir():
        return of_torchvision(name, root)
    archives = sorted(root.glob("*.npz"))
    train = [path for path in archives if path.name.lower().startswith("train")]
    test = [path for path in archives if path.name.lower().startswith(("heldout", "held_out", "test"))]
    if len(train) == len(test) == 1:
        return _stored(name, root, _archive(name, train[0]), _archive(name, test[0]))
    if len(archives) == 1:
        return _stored(name, root, _archive(name, archives[0]), None)
    if archives:
        raise UsageError(
            f"{root} holds {', '.join(path.name for path in archives)}, and it is not clear which to train on: leave one .npz "
            "in it, or two, whose names begin with `train` and with `heldout`"
        )
    raise UsageError(f"{root} holds no {name} data: {_how_to_fetch(name, root)} downloads them to there")


def of_torchvision(name: str, root: Path) -> Stored:
    """
    Read a data set of KNOWN from torchvision's layout; raises UsageError if it is not there as a whole.

    torchvision compares the files of CIFAR-10 with their checksums before it opens them, as pickles must be.
    """
    dataset = dataset_class(name)
    try:
        parts = [dataset(root, train=train, download=False) for train in (True, False)]
        train, test = (
            _checked(name, root / KNOWN[name].folder, np.asarray(part.data), np.asarray(part.targets)) for part in parts
        )
    except (OSError, *NOT_AS_IT_SHOULD_BE) as error:
        folder = root / KNOWN[name].folder
        raise UsageError(
            f"{folder} is damaged or incomplete: {_how_to_fetch(name, root)} fetches what is missing"
        ) from error
    return _stored(name, root, train, test)


def dataset_class(name: str) -> Any:
    """Return torchvision's class of a data set of KNOWN, which holds its addresses, file names and checksums."""
    import torchvision.datasets  # type: ignore[import-untyped]

    return getattr(torchvision.datasets, KNOWN[name].class_name)


def _how_to_fetch(name: str, root: Path) -> str:
    return f"`grader data fetch {name} --root {shlex.quote(str(root))}`"


def _archive(name: str, path: Path) -> Images:
    """Read one .npz; raises UsageError."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            held = sorted(archive)
            images, labels = (archive[key] if key in held else None for key in ("images", "labels"))
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise UsageError(
            f"{path} is damaged, or no .npz of plain arrays: write it with numpy.savez(FILE, images=…, labels=…)"
        ) from error
    if images is None or labels is None:
        raise UsageError(
            f"{path} holds {', '.join(held) or 'nothing'} instead of `images` and `labels`: write it with "
            "numpy.savez(FILE, images=…, labels=…)"
        )
    return _checked(name, path, images, labels)


def _checked(name: str, path: Path, images: NDArray[Any], labels: NDArray[Any]) -> Images:
    """Return images as (N, C, H, W) with labels as they are; raises UsageError if they are not what they should be."""
    channels, height, width = KNOWN[name].shape
    if images.dtype != np.uint8:
        raise UsageError(
            f"{path}: `images` are {images.dtype}, but must be uint8: write the pixels, from 0 to 255, undivided"
        )
    if images.shape[1:] == (height, width, channels):
        images = images.transpose(0, 3, 1, 2)
    elif images.shape[1:] == (height, width) and channels == 1:
        images = images[:, None]
    elif images.shape[1:] != (channels, height, width):
        raise UsageError(
            f"{path}: `images` have the shape {images.shape}, but {name} has images of {channels} x {height} x {width}: "
            "write them as (N, C, H, W) or (N, H, W, C), or choose the data set that they belong to"
        )
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise UsageError(
            f"{path}: `labels` are {labels.dtype} of shape {labels.shape}, but must be integers (N,): write the number of "
            "the class of each image"
        )
    if len(images) != len(labels):
        raise UsageError(
            f"{path} holds {len(images):,} images but {len(labels):,} labels: write one label for each image"
        )
    return Images(images=np.ascontiguousarray(images), labels=labels.astype(np.int64))


def _stored(name: str, place: Path, train: Images, test: Images | None) -> Stored:
    """Number the classes from 0, in the order of their labels; raises UsageError if they are not ten."""
    labels = np.unique(train.labels)
    if len(labels) != CLASSES:
        raise UsageError(
            f"{place}: the images to train on have {len(labels)} different labels, but {name} has {CLASSES} classes: take the "
            "whole data set, or choose the one that they belong to"
        )
    if test is None:
        return Stored(train=_numbered(train, labels), test=None)
    foreign = np.setdiff1d(test.labels, labels)
    if foreign.size:
        raise UsageError(
            f"{place}: images to hold out have the label {foreign[0]}, which no image to train on has: number the classes alike "
            "in both files"
        )
    return Stored(train=_numbered(train, labels), test=_numbered(test, labels))


def _numbered(part: Images, labels: NDArray[np.int64]) -> Images:
    """Return *part* with the place of each label among *labels* instead."""
    return Images(images=part.images, labels=np.searchsorted(labels, part.labels))
