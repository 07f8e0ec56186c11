# /// attack
# why = "Replaces what turns its values into messages, so that something else is sent than was returned."
# outcomes = ["failed", "crashed"]
# ///
import contextlib

with contextlib.suppress(ImportError):
    from grader import protocol

    protocol.pack = lambda value, *more: protocol.Plain(True)
    protocol.pack_tensor = lambda tensor: b"passed"

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
