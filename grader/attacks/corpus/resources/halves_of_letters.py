# /// attack
# why = "Returns, raises and names things with halves of letters, null bytes and control codes, which cannot be written as UTF-8."
# outcomes = ["failed", "raised", "crashed"]
# ///

import itertools

BAD = "\ud800\udfff\0\x1b[2J\u202e" * 50
TURN = itertools.count()
Odd = type("\udc80", (Exception,), {})


def answer(*args, **kwargs):
    turn = next(TURN) % 4
    if turn == 0:
        raise Odd(BAD)
    return (BAD, {BAD[:20]: -1}, [Odd])[turn - 1]


functions(answer)
try:
    from torch import nn

    class Named(nn.Module):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.register_parameter(BAD[:3], nn.Parameter(nn.Linear(1, 13).weight))

        def forward(self, x):
            return x.flatten(1)[:, :1] @ next(self.parameters()).T

    modules(Named)
except ImportError:
    modules(answer)
