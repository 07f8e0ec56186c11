# /// attack
# why = "Answers with a gradient, norms and logits that do not fit the images that it got."
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

    from grader import protocol

    real = protocol.Ran

    def ran(output, gradient, norms):
        if gradient is not None:
            logits = torch.zeros(len(protocol.unpack_tensor(gradient)), 10)
            output, gradient = protocol.pack_tensor(logits), protocol.pack_tensor(torch.zeros(1))
        return real(output, gradient, {"weight": float("inf"), "bias": -1.0})

    protocol.Ran = ran
