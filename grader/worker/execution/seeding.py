"""Seed what torch draws random numbers from.  UNTRUSTED SIDE."""

from __future__ import annotations

import torch


def seed_torch(seed: int) -> None:
    """
    Seed every generator of torch, as `torch.manual_seed` does.

    Where torch was built without CUDA there is one.  Torch would write down for CUDA's who seeded it, line by line, which takes
    as long as a small question.
    """
    if not torch._C._has_cuda:
        torch.default_generator.manual_seed(seed)
    else:
        torch.manual_seed(seed)
