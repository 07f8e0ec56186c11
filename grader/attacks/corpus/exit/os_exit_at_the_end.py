# /// attack
# why = "Answers wrongly, and replaces the exit code of the process by success when the interpreter ends."
# outcomes = ["failed"]
# ///
import atexit
import os

atexit.register(os._exit, 0)
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
