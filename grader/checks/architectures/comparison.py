"""
One question about images and weights, put to a submission's network and to a known one in order to compare them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.checks.architectures.structure import Structure
from grader.datasets import noise
from grader.keys import Keys, StreamKey
from grader.proxy import Model, Run

if TYPE_CHECKING:
    import torch

_BRIGHTNESS = 8.0
"""Deviation of images in training mode: there activations show that bend large numbers alone, as ReLU6 does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What both sides are asked in order to compare them."""

    images: int
    structure: Structure
    """Whose side and classes are taken."""
    keys: Keys
    """Images, gradients of logits and weights follow from these."""
    training: bool
    gradients: bool
    draw: int = 0
    """Of images and weights, where one draw does not tell."""
    brightness: float = 1.0
    """Factor of the images, where they do not tell as they are."""
    others: int = 0
    """Further images of the batch, whose logits are not compared: they should have no part in the others."""

    def shown(self) -> torch.Tensor:
        """Return the images, (N, C, H, W); those that are compared come first."""
        images = noise.normal(self._key_of_images, self.images, *self.structure.images).float()
        if self.others:
            import torch

            beside = noise.normal(self._key_of_images.derive("others"), self.others, *self.structure.images).float()
            images = torch.cat([images, beside])
        return images * (_BRIGHTNESS if self.training else 1.0) * self.brightness

    def ask(self, model: Model) -> Run:
        """Put it to one side."""
        upstream = noise.normal(self._key_of_images.derive("upstream"), self.images, self.structure.classes).float()
        weights = self.keys.weights
        return model.run(
            self.shown(),
            weights=weights.derive("draw", self.draw) if self.draw else weights,
            training=self.training,
            dropout=False,
            gradients="input" if self.gradients else "none",
            upstream=upstream if self.gradients else None,
        )

    @property
    def _key_of_images(self) -> StreamKey:
        return self.keys.images.derive("draw", self.draw) if self.draw else self.keys.images
