# /// attack
# why = "Returns what is not a number, or infinite, which many a comparison takes for equal or for close."
# outcomes = ["failed", "raised"]
# ///

import itertools
import math

VALUES = itertools.cycle((math.nan, math.inf, -math.inf, (math.nan, math.nan), complex(math.nan, 0)))


def answer(*args, **kwargs):
    return next(VALUES)


functions(answer)
try:
    from torch import nn

    class Nothing(nn.Module):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.last = nn.Linear(1, 13)

        def forward(self, x):
            return self.last(x.flatten(1)[:, :1]) * math.nan

    modules(Nothing)
except ImportError:
    modules(answer)
