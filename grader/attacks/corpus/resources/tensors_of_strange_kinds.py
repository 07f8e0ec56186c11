# /// attack
# why = "Returns tensors that are sparse, complex, without data, quantised, of eight bits, nested, empty, negated by a flag."
# outcomes = ["failed", "raised", "timed_out"]
# seconds = 5
# ///

import itertools


def strange():
    """Yield one after the other what makes a strange tensor of a plain one."""
    import torch

    for make in itertools.cycle(
        (
            lambda x: x.to_sparse(),
            lambda x: x.to(torch.complex64),
            lambda x: x.to("meta"),
            lambda x: torch.quantize_per_tensor(x, 0.1, 0, torch.qint8),
            lambda x: x.to(torch.float8_e4m3fn),
            lambda x: x.to(torch.float8_e8m0fnu),
            lambda x: x.to(torch.uint64),
            lambda x: torch.nested.nested_tensor([x]),
            lambda x: x[:0],
            lambda x: x.to(torch.complex64).conj(),
            lambda x: torch._neg_view(x),
            lambda x: x.to_mkldnn(),
        )
    ):
        yield lambda x, make=make: make(x.detach())


KINDS = strange()


def answer(*args, **kwargs):
    import torch

    return next(KINDS)(torch.full((4, 13), -1.0))


functions(answer)
try:
    from torch import nn

    class Strange(nn.Module):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.last = nn.Linear(1, 13)

        def forward(self, x):
            return next(KINDS)(self.last(x.flatten(1)[:, :1]))

    modules(Strange)
except ImportError:
    modules(answer)
