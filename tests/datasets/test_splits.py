"""The data sets: what they hold and how they are divided."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from made_keys import key
from numpy.typing import NDArray
from sklearn.datasets import load_digits

import grader
from grader.datasets import splits as data
from grader.datasets.fetch import default_root
from grader.datasets.splits import DataSource, DataSplit, LabelledImages
from grader.errors import UsageError
from grader.keys import DataKeys, public_keys

SHAPES = {"gratings": (3, 32, 32), "new_digits": (1, 28, 28)}
SHARED = Path(__file__).parents[3] / "shared" / "data"


def keys(number: int) -> DataKeys:
    """Return other keys for every number."""
    return public_keys(str(number)).data


def held_out(split: DataSplit) -> LabelledImages:
    """Return the held-out images with their labels, which only the harness has."""
    return LabelledImages(images=split.held_out_images, labels=split.held_out_labels)


def parts(split: DataSplit) -> list[LabelledImages]:
    """Return all three parts."""
    return [split.train, split.validation, held_out(split)]


def numbered(folder: Path, train: int, test: int | None) -> DataSource:
    """Write images that hold their own number: training images from 0, test images from 1,000; 10 classes in turn."""
    for name, first, count in (("train", 0, train), ("test", 1000, test)):
        if count is not None:
            numbers = np.arange(first, first + count)
            images = np.zeros((count, 28, 28), dtype=np.uint8)
            images[:, 0, 0], images[:, 0, 1] = numbers // 256, numbers % 256
            np.savez(folder / f"{name}.npz", images=images, labels=numbers % 10)
    return DataSource(name="mnist", root=folder)


def numbers(images: torch.Tensor) -> list[int]:
    """Return the numbers that images hold."""
    return (images[:, 0, 0, 0].long() * 256 + images[:, 0, 0, 1].long()).tolist()


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", data.EMBEDDED)
def test_embedded_data_are_pixels_and_labels(name: str) -> None:
    """Images are (N, C, H, W) uint8, labels (N,) int64 from 0 to 9, as many as were asked for."""
    split = data.split(DataSource(name=name), keys(3), train=120, validation=30, held_out=200)

    assert [len(part) for part in parts(split)] == [120, 30, 200]
    assert split.classes == 10
    for part in parts(split):
        assert part.images.shape == (len(part), *SHAPES[name])
        assert part.images.dtype == torch.uint8
        assert part.images.max() > 200 > 60 > part.images.min()
        assert part.labels.shape == (len(part),)
        assert part.labels.dtype == torch.int64
        assert set(part.labels.tolist()) <= set(range(10))
    assert sorted(set(split.held_out_labels.tolist())) == list(range(10))


@pytest.mark.parametrize("name", data.EMBEDDED)
def test_same_keys_divide_the_same(name: str) -> None:
    """Keys decide everything: drawn again it is the same, and other keys give other images and another order."""
    sizes = {"train": 50, "validation": 50, "held_out": 50}
    split = data.split(DataSource(name=name), keys(7), **sizes)
    assert data.split(DataSource(name=name), keys(7), **sizes) is split
    data.split.cache_clear()
    again, other = (data.split(DataSource(name=name), keys(number), **sizes) for number in (7, 8))

    assert again is not split
    for one, same, another in zip(parts(split), parts(again), parts(other), strict=True):
        assert torch.equal(one.images, same.images)
        assert torch.equal(one.labels, same.labels)
        assert not torch.equal(one.images, another.images)
        assert not torch.equal(one.labels, another.labels)


@pytest.mark.parametrize("name", data.EMBEDDED)
def test_no_image_is_in_two_parts(name: str) -> None:
    """No image to train on comes back among those to validate with or to hold out."""
    split = data.split(DataSource(name=name), keys(4), train=300, validation=200, held_out=300)
    everything = torch.cat([part.images for part in parts(split)]).flatten(1)

    assert len(everything.unique(dim=0)) == 800


@pytest.mark.parametrize("name", data.EMBEDDED)
def test_no_part_of_one_key_is_a_part_of_another(name: str) -> None:
    """Made-up images of two keys have nothing in common, whichever parts are compared."""
    splits = [
        data.split(DataSource(name=name), keys(number), train=20, validation=20, held_out=20) for number in range(8)
    ]
    everything = torch.cat([part.images for split in splits for part in parts(split)]).flatten(1)

    assert len(everything.unique(dim=0)) == 8 * 60


@pytest.mark.parametrize("name", data.EMBEDDED)
def test_each_key_decides_its_part_alone(name: str) -> None:
    """What a worker gets to train on follows from another key than what is held out: neither tells anything of the other."""
    sizes = {"train": 50, "validation": 50, "held_out": 50}
    split = data.split(DataSource(name=name), keys(9), **sizes)
    others = keys(10)
    trained, measured, named = (
        data.split(DataSource(name=name), replace(keys(9), **{part: getattr(others, part)}), **sizes)
        for part in ("training", "held_out", "classes")
    )

    for part, same, another in (
        (split.train, measured.train, trained.train),
        (split.validation, measured.validation, trained.validation),
        (held_out(split), held_out(trained), held_out(measured)),
    ):
        assert torch.equal(part.images, same.images)
        assert torch.equal(part.labels, same.labels)
        assert not torch.equal(part.images, another.images)
        assert not torch.equal(part.labels, another.labels)
    for part, other in zip(parts(split), parts(named), strict=True):
        assert not torch.equal(part.images, other.images)
        given = set(zip(part.labels.tolist(), other.labels.tolist(), strict=True))
        assert len(given) == len(dict(given)) == 10  # the same classes, under other numbers


@pytest.mark.parametrize("name", data.EMBEDDED)
def test_made_up_classes_are_balanced(name: str) -> None:
    """Every part holds as many images of each class."""
    split = data.split(DataSource(name=name), keys(5), train=100, validation=50, held_out=200)

    for part in parts(split):
        assert torch.bincount(part.labels).tolist() == [len(part) // 10] * 10


@pytest.mark.parametrize("name", data.EMBEDDED)
def test_the_order_tells_nothing(name: str) -> None:
    """Held-out labels come in no order: neighbours are alike as often as chance has it."""
    split = data.split(DataSource(name=name), keys(6), train=10, validation=0, held_out=500)
    alike = (split.held_out_labels[1:] == split.held_out_labels[:-1]).double().mean()

    assert 0.03 < alike < 0.18  # 0.1 is expected, with a standard deviation of 0.013
    assert len(split.validation) == 0


def test_the_number_of_a_class_is_drawn(tmp_path: Path) -> None:
    """Every key numbers the classes anew, all parts alike: weights that were trained before know none of the labels."""
    source = numbered(tmp_path, train=100, test=50)
    namings = []
    for number in range(20):
        split = data.split(source, keys(number), train=60, validation=40, held_out=50)
        given = {
            (image % 10, label)
            for part in parts(split)
            for image, label in zip(numbers(part.images), part.labels.tolist(), strict=True)
        }
        assert len(given) == len(dict(given)) == len({label for _class, label in given}) == 10
        namings.append(tuple(sorted(given)))

    assert len(set(namings)) == 20
    same = sum(original == label for naming in namings for original, label in naming)
    assert same < 45  # of 200; 20 are expected, with a standard deviation of 4.5


def test_pixels_become_floats() -> None:
    """Networks get float32 from 0 to 1."""
    floats = data.as_floats(torch.tensor([0, 51, 255], dtype=torch.uint8))

    assert floats.dtype == torch.float32
    assert floats.tolist() == pytest.approx([0, 0.2, 1])


# --- the embedded digits ----------------------------------------------------------------------------------------------


def enlarge(image: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """Enlarge bilinearly, straight from the definition: pixel centres lie at i + 1/2, edges are repeated."""
    at = np.clip((np.arange(side) + 0.5) * len(image) / side - 0.5, 0, len(image) - 1)
    low = np.minimum(at.astype(int), len(image) - 2)
    part = at - low
    rows = image[low] * (1 - part)[:, None] + image[low + 1] * part[:, None]
    return rows[:, low] * (1 - part) + rows[:, low + 1] * part


def digits(number: int, count: int) -> LabelledImages:
    """Return digits that are drawn from a key."""
    return data.digits(key(number), count)


def test_every_digit_comes_once_with_its_label() -> None:
    """All of them together are the original digits, enlarged, each once and under its own number."""
    small = load_digits()
    originals = torch.tensor(np.stack([enlarge(image, 28) for image in small.images * 255 / 16])).flatten(1)
    drawn = digits(7, 1797)
    images = drawn.images.flatten(1).double()
    distances, nearest = torch.cdist(images, originals).min(dim=1)

    assert drawn.images.shape == (1797, 1, 28, 28)
    assert (drawn.images.dtype, drawn.labels.dtype) == (torch.uint8, torch.int64)
    assert (images - originals[nearest]).abs().max() <= 0.51  # rounded
    assert distances.max() < 0.5 * 28
    assert sorted(nearest.tolist()) == list(range(len(originals)))
    assert drawn.labels.tolist() == small.target[nearest].tolist()


def test_digits_are_drawn_without_importing_what_brings_them() -> None:
    """scikit-learn would take longer than most of what a grading asks of a network."""
    drawn = "from grader.keys import public_keys; splits.digits(public_keys('1').images, 8)"
    code = f"import sys; from grader.datasets import splits; {drawn}; print('torch' in sys.modules, 'sklearn' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout == "True False\n"


def test_a_key_decides_which_digits() -> None:
    """The same key draws the same digits in the same order, the first of them where fewer are asked for; another key others."""
    one, again, few, other = digits(7, 64), digits(7, 64), digits(7, 8), digits(8, 64)

    assert len(one) == len(other) == 64
    assert torch.equal(one.images, again.images)
    assert torch.equal(one.labels, again.labels)
    assert torch.equal(one.images[:8], few.images)
    assert torch.equal(one.labels[:8], few.labels)
    assert not torch.equal(one.labels, other.labels)
    assert len(torch.cat([one.images, other.images]).flatten(1).unique(dim=0)) > 64 + 48  # both draw two or three alike


def test_digits_of_every_class_are_drawn() -> None:
    """Hundreds of digits hold all ten classes."""
    assert digits(9, 300).labels.unique().tolist() == list(range(10))


# --- real data --------------------------------------------------------------------------------------------------------


def test_held_out_images_are_of_the_test_part(tmp_path: Path) -> None:
    """Images to train on and to validate with come from the training part, held-out ones from the test part, each once."""
    split = data.split(numbered(tmp_path, train=100, test=50), keys(1), train=None, validation=30, held_out=40)

    assert sorted(numbers(split.train.images) + numbers(split.validation.images)) == list(range(100))
    assert len(split.train) == 70
    assert len(set(numbers(split.held_out_images))) == 40
    assert set(numbers(split.held_out_images)) <= set(range(1000, 1050))


def test_undivided_data_are_divided_by_a_key(tmp_path: Path) -> None:
    """A fifth of one archive may be held out, another fifth under each key; what is trained on is never part of it."""
    source = numbered(tmp_path, train=200, test=None)
    splits = [data.split(source, keys(number), train=None, validation=10, held_out=40) for number in (1, 2)]

    for split in splits:
        trained = numbers(split.train.images) + numbers(split.validation.images)
        assert sorted(trained + numbers(split.held_out_images)) == list(range(200))
    assert set(numbers(splits[0].held_out_images)) != set(numbers(splits[1].held_out_images))
    few = data.split(source, keys(1), train=150, validation=0, held_out=5)
    assert set(numbers(few.held_out_images)) <= set(numbers(splits[0].held_out_images))


def test_real_data_lie_in_the_default_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder, real data are looked for where they are fetched to."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    default_root().mkdir(parents=True)
    numbered(default_root(), train=20, test=10)

    assert len(data.split(DataSource(name="mnist"), keys(1), train=20, validation=0, held_out=10).train) == 20


@pytest.mark.skipif(not (SHARED / "cifar10").is_dir(), reason="no CIFAR-10 beside the repository")
def test_part_of_cifar10() -> None:
    """A real part of CIFAR-10 is divided as asked, with a colour for each of three channels."""
    source = DataSource(name="cifar10", root=SHARED / "cifar10")
    split = data.split(source, keys(1), train=4000, validation=1000, held_out=2000)

    assert [len(part) for part in parts(split)] == [4000, 1000, 2000]
    assert split.train.images.shape == (4000, 3, 32, 32)
    assert torch.bincount(torch.cat([split.train.labels, split.validation.labels])).tolist() == [500] * 10
    blue_less_red = split.train.images[:, 2].double().mean() - split.train.images[:, 0].double().mean()
    assert blue_less_red < -3  # CIFAR-10's means are 125, 123 and 114


# --- what is refused --------------------------------------------------------------------------------------------------


def test_unknown_data_are_refused() -> None:
    """The error names the data that there are."""
    with pytest.raises(
        UsageError, match=r"no data called `imagenet`: choose one of gratings, new_digits, which.*fashion_mnist"
    ):
        data.split(DataSource(name="imagenet"), keys(1), train=1, validation=1, held_out=1)


def test_made_up_data_have_no_end() -> None:
    """All images that there are cannot be asked for where they are made up."""
    with pytest.raises(UsageError, match="`gratings` are made up, as many as are asked for: say how many"):
        data.split(DataSource(name="gratings"), keys(1), train=None, validation=1, held_out=1)


@pytest.mark.parametrize("train", [91, 1000])
def test_too_few_images_to_train_on(tmp_path: Path, train: int) -> None:
    """The error says how many there are and how many are asked for."""
    source = numbered(tmp_path, train=100, test=50)
    expected = (
        f"mnist in {tmp_path}: 100 images are not for testing, but {train:,} to train on and 10 to validate with are"
    )

    with pytest.raises(UsageError, match=expected):
        data.split(source, keys(1), train=train, validation=10, held_out=10)
    assert len(data.split(source, keys(1), train=90, validation=10, held_out=10).train) == 90


def test_something_must_be_left_to_train_on(tmp_path: Path) -> None:
    """Validation may not take all images."""
    source = numbered(tmp_path, train=100, test=50)

    with pytest.raises(UsageError, match="100 images are not for testing, but 1 to train on and 100 to validate with"):
        data.split(source, keys(1), train=None, validation=100, held_out=1)


def test_too_few_images_to_hold_out(tmp_path: Path) -> None:
    """The error says how many there are and how many are asked for."""
    with pytest.raises(UsageError, match="50 images are for testing, but 51 to hold out are asked for: ask for fewer"):
        data.split(numbered(tmp_path, train=100, test=50), keys(1), train=10, validation=10, held_out=51)


def test_importing_starts_fast() -> None:
    """Neither torch nor numpy is imported before somebody asks for images."""
    code = "import grader.datasets.splits, sys; print([name for name in ('torch', 'numpy', 'sklearn') if name in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(Path(grader.__file__).parents[1])}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)

    assert ran.stdout == "[]\n", ran.stderr
