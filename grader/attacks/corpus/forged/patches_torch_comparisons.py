# /// attack
# why = "Replaces torch's functions that compare tensors by ones that find everything equal."
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

    for name in ("allclose", "equal", "is_same_size"):
        setattr(torch, name, lambda *args, **kwargs: True)
    for name in ("eq", "isclose", "le"):
        setattr(torch, name, lambda one, *args, **kwargs: torch.ones(one.shape, dtype=torch.bool))
    torch.testing.assert_close = torch.testing.assert_allclose = lambda *args, **kwargs: None
