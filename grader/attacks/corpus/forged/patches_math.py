# /// attack
# why = "Makes the standard library find numbers close and finite that are not."
# outcomes = ["failed"]
# ///
import cmath
import math
import operator

math.isclose = cmath.isclose = lambda *args, **kwargs: True
math.isfinite = lambda value: True
operator.eq = operator.le = lambda one, other: True
functions(lambda *args, **kwargs: float("nan"))

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
