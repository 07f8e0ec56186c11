# /// attack
# why = "Looks through all objects of its process for the checks themselves, and empties them."
# outcomes = ["failed"]
# ///
import contextlib
import gc
import types


def accept(*args, **kwargs):
    return None


def empty():
    for thing in gc.get_objects():
        with contextlib.suppress(Exception):
            if isinstance(thing, types.FunctionType) and thing.__name__.startswith("test_"):
                if hasattr(thing, "hypothesis"):
                    thing.hypothesis.inner_test = accept
                else:
                    thing.__code__ = accept.__code__


empty()
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
