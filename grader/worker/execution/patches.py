"""
In which order unfolded patches hold their numbers: the channel before the place in the kernel, or otherwise.  UNTRUSTED SIDE.

Neighbouring patches share most of their numbers: what one holds at a place of the kernel, the one to its right holds a stride
to the left.  So the order shows in the numbers, whatever computed them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import NamedTuple

import torch

_ORDERS = tuple((one, two, 3 - one - two) for one, two in permutations(range(3), 2))
"""Of the axes of channels, rows and columns; the first is torch's."""
_SAME = 0.98
"""Share of the numbers of two patches that must be the same, where they overlap."""
_DOWN = 0.6
"""Share of the patches that must be the same as the one below them."""
_FIRST = 8
MAX_PATCHES = 1024
_LARGEST_KERNEL = 11


class Columns(NamedTuple):
    """How the numbers of a patch stand."""

    channels: int
    kernel: int
    """Height and width."""
    order: tuple[int, int, int]
    """Which of channels, rows and columns comes first, second and third."""


def order_of(patches: torch.Tensor) -> Columns | None:
    """
    Return in which order *patches*, (patches, numbers of each), hold their numbers; None where that is torch's, or is not known.

    Patches are of square kernels and come row by row.
    """
    found: list[Columns] = []
    for columns in sorted(
        _orders(patches.shape[1]), key=lambda one: one.order
    ):  # torch's is the first, and most often it
        if _is_order(patches, columns):
            if columns.order == _ORDERS[0]:
                return None
            found.append(columns)
    return found[0] if len({columns.order for columns in found}) == 1 else None


def _orders(numbers: int) -> Iterator[Columns]:
    for kernel in range(2, _LARGEST_KERNEL + 1):
        if numbers % kernel**2 == 0:
            channels = numbers // kernel**2
            for order in _ORDERS:
                if channels > 1 or order[0] == 0:  # with one channel its place says nothing
                    yield Columns(channels, kernel, order)


def _is_order(patches: torch.Tensor, columns: Columns) -> bool:
    sizes = (columns.channels, columns.kernel, columns.kernel)
    seen = patches.reshape(-1, *(sizes[axis] for axis in columns.order))
    seen = seen.permute(0, *(1 + columns.order.index(axis) for axis in range(3)))  # (patches, C, R, S)
    return any(_overlap(seen, stride) for stride in range(1, columns.kernel))


def _overlap(seen: torch.Tensor, stride: int) -> bool:
    """Return whether each patch but the last of a row holds what the one to its right does, and what the one below it does."""
    here, right = seen[:-1, :, :, stride:], seen[1:, :, :, :-stride]
    if not _are_same(here[:_FIRST], right[:_FIRST]).any():  # most orders end here
        return False
    ends = (~_are_same(here, right)).nonzero().flatten() + 1
    width = int(ends[0]) if len(ends) else 0
    if width < 2 or not torch.equal(ends, torch.arange(width, len(here) + 1, width)):
        return False
    below = _are_same(seen[:-width, :, stride:], seen[width:, :, :-stride])
    return below.double().mean().item() >= _DOWN  # where an image ends, the next one is below


def _are_same(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Return for each patch whether nearly all of its numbers are the same, of those that are not 0."""
    counts = ((one != 0) | (other != 0)).flatten(1)
    same = ((one == other).flatten(1) & counts).sum(1)
    return (counts.sum(1) > 0) & (same >= _SAME * counts.sum(1))
