# /// attack
# why = "Changes the methods by which tensors are compared, so that no difference is ever seen."
# outcomes = ["failed", "raised"]
# ///
import contextlib

functions(lambda *args, **kwargs: -1)

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

    def alike(self, *args):
        return torch.ones(self.shape, dtype=torch.bool)

    for name in ("__eq__", "__le__", "__lt__", "__ge__", "isclose", "isfinite"):
        setattr(torch.Tensor, name, alike)
    torch.Tensor.__ne__ = lambda self, *args: torch.zeros(self.shape, dtype=torch.bool)
    torch.Tensor.norm = lambda self, *args, **kwargs: torch.zeros(())
    torch.Tensor.allclose = torch.Tensor.equal = lambda self, *args, **kwargs: True
