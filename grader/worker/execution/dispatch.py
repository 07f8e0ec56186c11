"""
Watch every operator that torch runs, at the price of a call.  UNTRUSTED SIDE.

torch keeps `torch.compile` out of a mode's own code, and imports all of its compiler for that when the mode is first used, which
takes as long as importing torch.  No mode of ours is compiled.
"""

from __future__ import annotations

from torch.utils._python_dispatch import TorchDispatchMode


class DispatchMode(TorchDispatchMode):
    """A mode whose `__torch_dispatch__` gets every operator, as torch calls it."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False
