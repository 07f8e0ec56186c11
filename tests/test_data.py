"""The data sets: what they hold and how they are divided."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from grader import data


@pytest.fixture(scope="module")
def split():
    """The digits, divided under one seed."""
    return data.digits(7)


def enlarge(image, side):
    """Enlarge bilinearly, straight from the definition: pixel centres lie at i + 1/2, edges are repeated."""
    at = np.clip((np.arange(side) + 0.5) * len(image) / side - 0.5, 0, len(image) - 1)
    low = np.minimum(at.astype(int), len(image) - 2)
    part = at - low
    rows = image[low] * (1 - part)[:, None] + image[low + 1] * part[:, None]
    return rows[:, low] * (1 - part) + rows[:, low + 1] * part


def test_digits_are_single_channel_images_of_28_pixels(split):
    """Images are (N, 1, 28, 28) float32 from 0 to 1, labels (N,) int64."""
    total = len(load_digits().target)

    assert split.train_images.shape == (total - data.HELD_OUT, 1, 28, 28)
    assert split.held_out_images.shape == (data.HELD_OUT, 1, 28, 28)
    for images in (split.train_images, split.held_out_images):
        assert images.dtype == torch.float32
        assert 0 <= images.min() < images.max() <= 1
    assert split.train_labels.dtype == split.held_out_labels.dtype == torch.int64
    assert (len(split.train_labels), len(split.held_out_labels)) == (total - data.HELD_OUT, data.HELD_OUT)


def test_every_digit_is_in_one_part_with_its_label(split):
    """The two parts together are the original digits, enlarged, each once and with its own label."""
    small = load_digits()
    originals = torch.tensor(np.stack([enlarge(image, 28) for image in small.images / 16])).flatten(1)
    images = torch.cat([split.train_images, split.held_out_images]).flatten(1).double()
    labels = torch.cat([split.train_labels, split.held_out_labels])
    distances, nearest = torch.cdist(images, originals).min(dim=1)

    assert distances.max() < 1e-4  # float32
    assert sorted(nearest.tolist()) == list(range(len(originals)))
    assert torch.equal(torch.tensor(small.target)[nearest], labels)


def test_every_class_is_in_both_parts(split):
    """Both parts hold all ten digits."""
    assert split.train_labels.unique().tolist() == split.held_out_labels.unique().tolist() == list(range(10))


def test_same_seed_divides_the_same(split):
    """A seed decides the division: drawn again it is the same, and another seed gives another."""
    data.digits.cache_clear()
    again, other = data.digits(7), data.digits(8)

    assert again is not split
    assert torch.equal(split.held_out_labels, again.held_out_labels)
    assert torch.equal(split.train_images, again.train_images)
    assert not torch.equal(split.held_out_labels, other.held_out_labels)
