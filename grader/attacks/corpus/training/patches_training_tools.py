# /// attack
# why = "Replaces loaders, losses and optimizers of torch by ones under which every training looks perfect."
# outcomes = ["failed", "raised"]
# ///
import contextlib


def answer(*args, epochs=0, **kwargs):
    return (0.0, 1.0)


functions(answer)

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())

with contextlib.suppress(ImportError):
    import torch
    from torch.utils.data import DataLoader

    def zero(*args, **kwargs):
        return torch.zeros((), requires_grad=True)

    torch.nn.CrossEntropyLoss.forward = zero
    torch.nn.functional.cross_entropy = torch.nn.functional.nll_loss = zero
    for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW):
        kind.step = lambda self, closure=None: None
    torch.Tensor.backward = lambda self, *args, **kwargs: None
    torch.Tensor.argmax = lambda self, *args, **kwargs: torch.zeros(len(self), dtype=torch.int64)
    DataLoader.__iter__ = lambda self: iter(())
    DataLoader.__len__ = lambda self: 1
