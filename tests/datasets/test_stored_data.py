"""Reading real data: torchvision's layout, archives of an instructor's own, and what is wrong with them."""

from __future__ import annotations

import gzip
import hashlib
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torchvision
from numpy.typing import NDArray

from grader.datasets import stored_data
from grader.errors import UsageError

SHARED = Path(__file__).parents[3] / "shared" / "data"
Archive = Callable[..., Path]


def pixels(count: int, *shape: int) -> NDArray[np.uint8]:
    """Return images that all differ."""
    return np.random.default_rng(count).integers(0, 256, (count, *shape), dtype=np.uint8)


def write_idx(path: Path, values: NDArray[np.uint8]) -> None:
    """Write an idx file as Yann LeCun describes it: 0, 0, the type (8: bytes), the dimensions, each size, the values."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    path.write_bytes(bytes([0, 0, 8, values.ndim]) + sizes + values.tobytes())


def write_mnist(folder: Path) -> dict[str, NDArray[np.uint8]]:
    """Write a small MNIST into the folder of its files, and return what it holds."""
    parts = {}
    for part, count in (("train", 40), ("t10k", 20)):
        images, labels = pixels(count, 28, 28), (np.arange(count) % 10).astype(np.uint8)
        write_idx(folder / f"{part}-images-idx3-ubyte", images)
        write_idx(folder / f"{part}-labels-idx1-ubyte", labels)
        parts[part] = images
    return parts


@pytest.fixture
def cifar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NDArray[np.uint8]:
    """Write a small CIFAR-10 into *tmp_path*, as its authors pickled it; returns its images, the last ten for testing."""
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    images = pixels(60, 3, 32, 32)
    contents: dict[str, dict[str, Any]] = {
        f"data_batch_{number + 1}": {
            "data": images[10 * number : 10 * number + 10].reshape(10, -1),
            "labels": list(range(10)),
        }
        for number in range(5)
    }
    contents["test_batch"] = {"data": images[50:].reshape(10, -1), "labels": list(range(10))}
    contents["batches.meta"] = {"label_names": [str(number) for number in range(10)]}
    sums = []
    for name, content in contents.items():
        (folder / name).write_bytes(pickle.dumps(content))
        sums.append([name, hashlib.md5((folder / name).read_bytes()).hexdigest()])
    dataset = torchvision.datasets.CIFAR10
    monkeypatch.setattr(dataset, "train_list", sums[:5])
    monkeypatch.setattr(dataset, "test_list", sums[5:6])
    monkeypatch.setattr(dataset, "meta", {"filename": "batches.meta", "key": "label_names", "md5": sums[6][1]})
    return images


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Write an archive of 30 images."""

    def write(name: str = "some.npz", **arrays: Any) -> Path:
        path = tmp_path / name
        np.savez(path, **({"images": pixels(30, 28, 28), "labels": np.arange(30) % 10} | arrays))
        return path

    return write


# --- torchvision's layout ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "folder"), [("mnist", "MNIST/raw"), ("fashion_mnist", "FashionMNIST/raw")])
def test_mnist_as_torchvision_keeps_it(tmp_path: Path, name: str, folder: str) -> None:
    """Images of both parts are read with one channel, labels as int64."""
    parts = write_mnist(tmp_path / folder)
    stored = stored_data.read(name, tmp_path)

    assert stored.test is not None
    assert np.array_equal(stored.train.images, parts["train"][:, None])
    assert np.array_equal(stored.test.images, parts["t10k"][:, None])
    assert stored.test.labels.tolist() == [*range(10), *range(10)]
    assert stored.test.labels.dtype == np.int64


def test_cifar10_as_torchvision_keeps_it(tmp_path: Path, cifar: NDArray[np.uint8]) -> None:
    """Images of all batches are read, channels first."""
    stored = stored_data.read("cifar10", tmp_path)

    assert stored.test is not None
    assert np.array_equal(stored.train.images, cifar[:50])
    assert np.array_equal(stored.test.images, cifar[50:])
    assert stored.train.images.flags.c_contiguous
    assert stored.train.labels.tolist() == [*range(10)] * 5


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_a_changed_batch_is_not_opened(tmp_path: Path, cifar: NDArray[np.uint8]) -> None:
    """A pickle with another checksum is refused before anything in it could run."""
    trap = Trap(tmp_path / "sprung")
    (tmp_path / "cifar-10-batches-py" / "data_batch_3").write_bytes(pickle.dumps(trap))

    with pytest.raises(
        UsageError, match="cifar-10-batches-py is damaged or incomplete: `grader data fetch cifar10 --root"
    ):
        stored_data.read("cifar10", tmp_path)
    assert not trap.folder.exists()
    pickle.loads(pickle.dumps(trap))  # noqa: S301
    assert trap.folder.exists()  # so it would have been noticed


def damage(path: Path, how: str) -> None:
    """Damage a file."""
    content = path.read_bytes()
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "cut": content[:-5], "text": b"<html>not found</html>"}[how])


@pytest.mark.parametrize("how", ["missing", "empty", "cut", "text"])
@pytest.mark.parametrize("file", ["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_damaged_mnist(tmp_path: Path, file: str, how: str) -> None:
    """Whatever is wrong with a file, the error says where, and what completes it."""
    folder = tmp_path / "my data" / "MNIST" / "raw"
    write_mnist(folder)
    damage(folder / file, how)

    with pytest.raises(UsageError) as caught:
        stored_data.read("mnist", tmp_path / "my data")
    assert str(caught.value) == (
        f"{folder} is damaged or incomplete: `grader data fetch mnist --root '{tmp_path}/my data'` fetches what is missing"
    )


@pytest.mark.parametrize("exists", [True, False])
def test_nothing_is_there(tmp_path: Path, exists: bool) -> None:
    """Where there are no data, the error says how to get them."""
    root = tmp_path if exists else tmp_path / "absent"
    with pytest.raises(UsageError) as caught:
        stored_data.read("cifar10", root)

    assert str(caught.value) == (
        f"{root} holds no cifar10 data: `grader data fetch cifar10 --root {root}` downloads them to there"
    )


def test_data_are_read_once(tmp_path: Path) -> None:
    """Who asks again gets the same arrays."""
    write_mnist(tmp_path / "MNIST" / "raw")

    assert stored_data.read("mnist", tmp_path) is stored_data.read("mnist", tmp_path)


# --- archives ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 28), (28, 28, 1)])
def test_an_archive_of_grey_images(archive: Archive, shape: tuple[int, ...]) -> None:
    """Grey images may have their channel in front, at the end, or not at all; the archive is undivided."""
    images = pixels(30, *shape)
    stored = stored_data.read("mnist", archive(images=images))

    assert stored.test is None
    assert np.array_equal(stored.train.images, images.reshape(30, 1, 28, 28))


@pytest.mark.parametrize("last", [True, False])
def test_an_archive_of_colour_images(archive: Archive, last: bool) -> None:
    """Colour images may have their channels in front or at the end."""
    images = pixels(30, 3, 32, 32)
    stored = stored_data.read("cifar10", archive(images=images.transpose(0, 2, 3, 1) if last else images))

    assert np.array_equal(stored.train.images, images)
    assert stored.train.images.flags.c_contiguous


@pytest.mark.parametrize("labels", [np.arange(30) % 10 * 7 - 20, (np.arange(30) % 10).astype(np.uint8)])
def test_labels_may_be_any_integers(archive: Archive, labels: NDArray[Any]) -> None:
    """Ten different labels number the classes in their order."""
    assert stored_data.read("mnist", archive(labels=labels)).train.labels.tolist() == [*range(10)] * 3


@pytest.mark.parametrize("test", ["heldout_2k", "held_out", "test", "Test-part"])
def test_a_folder_with_two_archives(archive: Archive, test: str) -> None:
    """The part to hold out is told by its name; the classes of both are numbered alike."""
    archive("train_5k.npz", labels=np.arange(30) % 10 + 1)
    path = archive(f"{test}.npz", images=pixels(5, 28, 28), labels=np.full(5, 10))
    stored = stored_data.read("mnist", path.parent)

    assert stored.test is not None
    assert len(stored.train.labels) == 30
    assert stored.test.labels.tolist() == [9] * 5
    assert np.array_equal(stored.test.images, pixels(5, 1, 28, 28))


def test_a_folder_with_one_archive(archive: Archive) -> None:
    """A folder may hold a single archive of any name."""
    assert stored_data.read("mnist", archive("mine.npz").parent).test is None


@pytest.mark.parametrize(
    "names", [("a", "b"), ("train", "b"), ("train", "train2", "test"), ("test", "heldout", "train")]
)
def test_a_folder_with_unclear_archives(archive: Archive, tmp_path: Path, names: tuple[str, ...]) -> None:
    """Which archive is which must be clear."""
    for name in names:
        archive(f"{name}.npz")

    listed = ", ".join(f"{name}.npz" for name in sorted(names))
    with pytest.raises(
        UsageError, match=f"{tmp_path} holds {listed}, and it is not clear which to train on: leave one"
    ):
        stored_data.read("mnist", tmp_path)


def other_kind(path: Path, kind: str) -> None:
    """Make something of an archive that is none."""
    content = path.read_bytes()
    if kind == "objects":
        np.savez(path, images=np.array([{}, {}]), labels=np.array([1, 2]))
    elif kind == "npy":
        with path.open("wb") as file:
            np.save(file, pixels(3, 28, 28))
    elif kind == "flipped":
        middle = len(content) // 3
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    else:
        path.write_bytes({"empty": b"", "cut": content[:-100], "text": b"no archive", "zip": content[:2]}[kind])


@pytest.mark.parametrize("kind", ["objects", "npy", "flipped", "empty", "cut", "text", "zip"])
def test_no_archive_of_arrays(archive: Archive, kind: str) -> None:
    """A damaged archive, another file, and arrays of Python objects, which would be unpickled, are refused."""
    path = archive()
    other_kind(path, kind)

    with pytest.raises(UsageError) as caught:
        stored_data.read("mnist", path)
    assert str(caught.value) == (
        f"{path} is damaged, or no .npz of plain arrays: write it with numpy.savez(FILE, images=…, labels=…)"
    )


@pytest.mark.parametrize(
    ("arrays", "held"), [({"x": [1], "y": [2]}, "x, y"), ({}, "nothing"), ({"images": [1]}, "images")]
)
def test_other_names_in_an_archive(tmp_path: Path, arrays: dict[str, Any], held: str) -> None:
    """The error says which names there are, and which there must be."""
    np.savez(tmp_path / "a.npz", **arrays)

    with pytest.raises(UsageError, match=f"a.npz holds {held} instead of `images` and `labels`: write it with"):
        stored_data.read("mnist", tmp_path)


@pytest.mark.parametrize(
    ("arrays", "expected"),
    [
        (
            {"images": np.zeros((30, 28, 28), np.float32)},
            "`images` are float32, but must be uint8: write the pixels, from 0",
        ),
        (
            {"images": pixels(30, 3, 32, 32)},
            r"`images` have the shape \(30, 3, 32, 32\), but mnist has images of 1 x 28 x 28: write them as",
        ),
        ({"images": pixels(30)}, r"`images` have the shape \(30,\), but"),
        ({"images": np.uint8(1)}, r"`images` have the shape \(\), but"),
        (
            {"labels": np.zeros(30)},
            r"`labels` are float64 of shape \(30,\), but must be integers \(N,\): write the number",
        ),
        ({"labels": np.eye(30, 10, dtype=int)}, r"`labels` are int64 of shape \(30, 10\), but must be integers"),
        ({"labels": np.arange(29) % 10}, "some.npz holds 30 images but 29 labels: write one label for each image"),
        (
            {"labels": np.arange(30) % 9},
            "the images to train on have 9 different labels, but mnist has 10 classes: take the",
        ),
        ({"images": pixels(0, 28, 28), "labels": np.arange(0)}, "the images to train on have 0 different labels"),
    ],
)
def test_other_arrays_in_an_archive(archive: Archive, arrays: dict[str, Any], expected: str) -> None:
    """Type, shape, number and classes must be those of the data set."""
    path = archive(**arrays)
    with pytest.raises(UsageError, match=expected) as caught:
        stored_data.read("mnist", path)

    assert str(caught.value).startswith(str(path))


def test_a_class_that_nobody_trains(archive: Archive, tmp_path: Path) -> None:
    """Images to hold out must be of classes that can be learnt."""
    archive("train.npz")
    archive("test.npz", labels=np.arange(30) % 10 + 1)

    with pytest.raises(
        UsageError, match=f"{tmp_path}: images to hold out have the label 10, which no image to train on has"
    ):
        stored_data.read("mnist", tmp_path)


# --- the real ones ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not (SHARED / "mnist").is_dir(), reason="no MNIST beside the repository")
def test_the_real_mnist(tmp_path: Path) -> None:
    """All of MNIST is read: 60,000 and 10,000 images with their labels."""
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for packed in (SHARED / "mnist").glob("*.gz"):
        with gzip.open(packed) as source, (raw / packed.stem).open("wb") as target:
            shutil.copyfileobj(source, target)
    stored = stored_data.read("mnist", tmp_path)

    assert stored.test is not None
    assert stored.train.images.shape == (60_000, 1, 28, 28)
    assert np.bincount(stored.train.labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert stored.test.labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert stored.train.images.mean() / 255 == pytest.approx(0.1307, abs=0.0005)


@pytest.mark.skipif(not (SHARED / "cifar10").is_dir(), reason="no CIFAR-10 beside the repository")
def test_part_of_the_real_cifar10() -> None:
    """A folder of two archives, with channels at the end, is read as it is."""
    stored = stored_data.read("cifar10", SHARED / "cifar10")

    assert stored.test is not None
    assert stored.train.images.shape == (5000, 3, 32, 32)
    assert np.bincount(stored.test.labels).tolist() == [200] * 10
