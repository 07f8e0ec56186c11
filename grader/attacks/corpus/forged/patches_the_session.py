# /// attack
# why = "Replaces what answers questions in its process by something that answers each with success."
# outcomes = ["crashed", "failed"]
# ///
import contextlib

with contextlib.suppress(ImportError):
    from grader import protocol
    from grader.worker.execution import answer as worker

    worker.Responder.answer = lambda self, request, tell: protocol.Returned(protocol.Plain("passed"))

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
