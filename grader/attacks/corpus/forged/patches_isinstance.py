# /// attack
# why = "Tells whoever compares that every value is of the type that is asked for, and leaves everybody else alone."
# outcomes = ["failed"]
# ///
import builtins
import sys

real = builtins.isinstance


def isinstance(value, kinds):
    module = sys._getframe(1).f_globals.get("__name__", "")
    return module.startswith(("grader.checks", "test_")) or real(value, kinds)


builtins.isinstance = isinstance
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
