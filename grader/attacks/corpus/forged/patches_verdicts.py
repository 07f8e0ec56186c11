# /// attack
# why = "Makes the grader's own table of outcomes call everything passed, and gives every failure credit."
# outcomes = ["failed"]
# ///
import contextlib

with contextlib.suppress(ImportError, PermissionError):
    from grader import errors

    real = errors.CheckFailed.__init__

    def generous(self, *args, **kwargs):
        real(self, *args, **{**kwargs, "credit": 0.999})

    errors.CheckFailed.__init__ = generous

with contextlib.suppress(ImportError, PermissionError):
    from grader.grading import verdict
    from grader.model import Outcome

    for kind in verdict._OUTCOMES:
        verdict._OUTCOMES[kind] = Outcome.PASSED
    verdict.outcome_of = lambda error: Outcome.PASSED

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
