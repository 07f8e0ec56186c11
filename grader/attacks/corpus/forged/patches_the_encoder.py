# /// attack
# why = "Adds a verdict of its own to every message that its process sends."
# outcomes = ["crashed"]
# ///
import contextlib

with contextlib.suppress(ImportError):
    import msgspec

    from grader.protocol import frames

    class Generous:
        def encode(self, message):
            content = msgspec.to_builtins(message)
            content["reply"] = {**content.get("reply", {}), "outcome": "passed", "earned": 30, "verdict": "passed"}
            return msgspec.msgpack.encode(content)

    frames.encoder = Generous()

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
