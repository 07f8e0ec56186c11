"""What is drawn of how a network reads held-out images: which classes it takes for which, and some images that it misreads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.checks.findings import figure
from grader.figures import MAX_CLASSES, MAX_MISREAD, Confusion, Misread

if TYPE_CHECKING:
    import torch

CONFUSION = "Held-out images of each class, by what they were read as"


def draw_reading(scores: torch.Tensor, images: torch.Tensor, labels: torch.Tensor) -> None:
    """
    Draw which classes are taken for which: for staff, whatever the check discloses.

    Args:
        scores: (N, K); where one is not finite, its image is not read.
        images: (N, C, H, W) uint8.
        labels: (N,).
    """
    import torch

    classes = scores.shape[1]
    if classes > MAX_CLASSES:
        return
    finite = scores.isfinite().all(dim=1)
    read_as = scores.argmax(dim=1)
    pairs = labels[finite] * classes + read_as[finite]
    counts = torch.bincount(pairs, minlength=classes * classes).view(classes, classes).tolist()
    wrong = (finite & (read_as != labels)).nonzero().flatten()
    figure(
        Confusion(
            title=CONFUSION,
            labels=tuple(map(str, range(classes))),
            counts=tuple(map(tuple, counts)),
            unread=int((~finite).sum()),
            misread=tuple(_misread(images[n], int(labels[n]), int(read_as[n])) for n in _spread(wrong.tolist())),
        )
    )


def _spread(wrong: list[int]) -> list[int]:
    """Return a few of them, from the first to the last, since images may be sorted by class."""
    if len(wrong) <= MAX_MISREAD:
        return wrong
    return [wrong[place * len(wrong) // MAX_MISREAD] for place in range(MAX_MISREAD)]


def _misread(image: torch.Tensor, label: int, read_as: int) -> Misread:
    channels, height, width = image.shape
    shown = image if channels in (1, 3) else image[:1]
    return Misread(
        width=width,
        height=height,
        channels=len(shown),
        pixels=shown.permute(1, 2, 0).contiguous().numpy().tobytes(),
        label=label,
        read_as=read_as,
    )
