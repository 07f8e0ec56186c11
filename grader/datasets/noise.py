"""
Images of noise, for questions about networks: what is drawn is sent to the worker, and tells nothing of the key.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from grader.keys import StreamKey

if TYPE_CHECKING:
    import torch


def uniform(key: StreamKey, *shape: int) -> torch.Tensor:
    """Return numbers from 0 to below 1, multiples of 2^-24, as a float32 tensor of *shape*."""
    import torch

    from grader.datasets.fixed_point import Stream  # brings numpy, which checks of plain functions do without

    return torch.from_numpy(Stream(key).fractions(*shape)).float()


def normal(key: StreamKey, *shape: int) -> torch.Tensor:
    """
    Return standard normal numbers as a float64 tensor of *shape*.

    Source: G. E. P. Box and M. E. Muller, "A Note on the Generation of Random Normal Deviates", 1958.
    """
    import torch

    from grader.datasets.fixed_point import Stream

    radius, turns = torch.from_numpy(Stream(key).fractions(2, *shape))
    drawn: torch.Tensor = (-2 * (1 - radius).log()).sqrt() * (2 * math.pi * turns).cos()
    return drawn
