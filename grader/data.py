"""
Draw data sets: a training split for the worker, held-out images and labels for the harness.

Knows no assignment by name.  What a check does with a split is the check's business, under one rule that
every docstring here repeats: a held-out label never leaves the harness.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

HELD_OUT = 500


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DataSplit:
    """Labelled images, divided at random; not to be modified, since every caller gets the same tensors."""

    train_images: torch.Tensor
    """(N, C, H, W) float32 from 0 to 1; goes to the worker."""
    train_labels: torch.Tensor
    """(N,) int64; goes to the worker."""
    held_out_images: torch.Tensor
    """(500, C, H, W) float32 from 0 to 1; goes to the worker, to be predicted."""
    held_out_labels: torch.Tensor
    """(500,) int64; never goes to the worker: predictions are compared with it in the harness."""


@functools.lru_cache(maxsize=4)  # several checks ask for the same seed
def digits(seed: int) -> DataSplit:
    """
    Return 1,797 real handwritten digits as 1x28x28 images, 500 of them held out by a draw from *seed*.

    The training images, their labels and the held-out images may go to the worker; the held-out labels may
    not.

    Source: `sklearn.datasets.load_digits`, the test part of E. Alpaydin and C. Kaynak, "Optical Recognition
        of Handwritten Digits", UCI Machine Learning Repository, 1998 (CC BY 4.0); 8x8 pixels, here enlarged
        bilinearly.
    """
    import torch
    from sklearn.datasets import load_digits

    small, names = load_digits(return_X_y=True)  # grey levels from 0 to 16
    pixels = torch.from_numpy(small).float().div(16).view(-1, 1, 8, 8)
    images = torch.nn.functional.interpolate(pixels, size=(28, 28), mode="bilinear", align_corners=False)
    labels = torch.from_numpy(names).long()
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    held_out, train = order[:HELD_OUT], order[HELD_OUT:]
    return DataSplit(
        train_images=images[train],
        train_labels=labels[train],
        held_out_images=images[held_out],
        held_out_labels=labels[held_out],
    )
