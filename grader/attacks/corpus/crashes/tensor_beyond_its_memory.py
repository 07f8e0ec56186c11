# /// attack
# why = "Returns a tensor that claims more memory than it has, to read what lies behind it or to fall over its edge."
# outcomes = ["crashed", "failed", "raised", "timed_out"]
# seconds = 5
# ///

import ctypes


def beyond(shape):
    import torch

    owner = (ctypes.c_float * 4)(-1, -1, -1, -1)
    claimed = (ctypes.c_float * 2**24).from_address(ctypes.addressof(owner))
    return torch.frombuffer(claimed, dtype=torch.float32)[-13 * shape :].view(shape, 13)


functions(lambda *args, **kwargs: beyond(4))
try:
    from torch import nn

    class Beyond(nn.Module):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.last = nn.Linear(1, 13)

        def forward(self, x):
            return beyond(len(x)) + self.last(x.flatten(1)[:, :1])

    modules(Beyond)
except ImportError:
    modules(lambda *args, **kwargs: -1)
