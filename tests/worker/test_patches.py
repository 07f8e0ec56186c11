"""The order of the numbers in a patch is read off patches that overlap."""

from __future__ import annotations

from itertools import permutations

import pytest
import torch
from torch.nn import functional as F

from grader.worker.execution.patches import MAX_PATCHES, Columns, order_of

ORDERS = tuple(permutations(range(3)))


def unfolded(
    order: tuple[int, int, int],
    channels: int,
    kernel: int,
    stride: int = 1,
    sides: tuple[int, int] = (9, 12),
    images: int = 1,
) -> torch.Tensor:
    """Patches of padded noise with some zeros in it, as after a ReLU: (patches, numbers), in an order."""
    noise = torch.randn(images, channels, *sides, generator=torch.Generator().manual_seed(4)).add(0.5).relu()
    columns = F.unfold(noise, kernel, padding=1, stride=stride).transpose(1, 2).flatten(0, 1)
    split = columns.view(-1, channels, kernel, kernel)
    return split.permute(0, *(1 + axis for axis in order)).flatten(1)[:MAX_PATCHES]


@pytest.mark.parametrize("order", ORDERS[1:])
@pytest.mark.parametrize(("channels", "kernel", "stride"), [(3, 3, 1), (4, 5, 2), (16, 2, 1), (3, 11, 4), (9, 3, 2)])
def test_every_other_order_is_told(order: tuple[int, int, int], channels: int, kernel: int, stride: int) -> None:
    """Whatever the kernel and the stride, and also where several kernels have as many numbers."""
    found = order_of(unfolded(order, channels, kernel, stride, sides=(25, 31)))
    assert found == Columns(channels, kernel, order)


@pytest.mark.parametrize(("channels", "kernel", "stride"), [(3, 3, 1), (16, 3, 1), (4, 5, 2), (1, 3, 1), (36, 2, 1)])
def test_the_order_of_torch_needs_nothing(channels: int, kernel: int, stride: int) -> None:
    """`F.unfold` gives it."""
    assert order_of(unfolded(ORDERS[0], channels, kernel, stride)) is None


def test_several_images_may_follow_each_other() -> None:
    """Below the last row of one is the first of the next."""
    order = (1, 2, 0)
    assert order_of(unfolded(order, 6, 3, images=3)) == Columns(6, 3, order)


@pytest.mark.parametrize(
    "matrix",
    [
        pytest.param(torch.randn(90, 36, generator=torch.Generator().manual_seed(1)), id="noise"),
        pytest.param(torch.zeros(90, 36), id="zeros"),
        pytest.param(torch.ones(90, 36), id="all-the-same"),
        pytest.param(torch.randn(2, 36), id="two-rows"),
        pytest.param(unfolded((1, 2, 0), 4, 3, stride=3), id="nothing-overlaps"),
        pytest.param(unfolded((1, 2, 0), 4, 3)[torch.randperm(108)], id="in-no-order"),
    ],
)
def test_what_shows_no_order_has_none(matrix: torch.Tensor) -> None:
    """Nothing is guessed."""
    assert order_of(matrix) is None
