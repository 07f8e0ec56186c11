"""
What every network promises, whatever its design: a failed check says which of these is broken, and the diagnosis looks for why.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Promise(enum.Enum):
    """What a network of any design keeps."""

    LOGITS = enum.auto()
    """The output is neither probabilities nor their logarithms."""
    BOTH_SIGNS = enum.auto()
    """Some logits are below 0, some above."""
    LAST_LAYER = enum.auto()
    """The logits come from a last layer with weights for each class."""
    SEES_IMAGES = enum.auto()
    """The logits depend on the images."""
    REPEATABLE = enum.auto()
    """In evaluation mode the same images get the same logits."""
    IMAGES_APART = enum.auto()
    """The logits of an image depend on no other image."""
    GRADIENTS = enum.auto()
    """Every parameter gets a gradient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongShape:
    """The output is not one logit for each class of each image."""

    output: tuple[int, ...]
    images: int
    classes: int
