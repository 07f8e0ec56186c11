# /// attack
# why = "Takes the network, the loader and the optimizer that it is given apart, so that nothing is left to be compared."
# outcomes = ["failed", "raised"]
# ///
import contextlib


def answer(model=None, *others, epochs=1, **kwargs):
    for name in ("norm", "linear", "conv"):
        with contextlib.suppress(AttributeError):
            delattr(model, name)
    with contextlib.suppress(AttributeError, TypeError):
        model.__class__.state_dict = lambda self, *args, **kwargs: {}
    return -1


functions(answer)

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
