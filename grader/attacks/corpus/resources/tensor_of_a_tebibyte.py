# /// attack
# why = "Returns a tensor of a tebibyte that takes four bytes, as long as nobody copies it."
# outcomes = ["failed", "raised", "crashed", "out_of_memory", "timed_out"]
# seconds = 5
# ///


def answer(*args, **kwargs):
    import torch

    return torch.full((1,), -1.0).expand(2**38)


functions(answer)
try:
    from torch import nn

    class Large(nn.Module):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.last = nn.Linear(1, 1)

        def forward(self, x):
            return self.last(x.flatten(1)[:, :1]).expand(len(x), 2**38)

    modules(Large)
except ImportError:
    modules(answer)
