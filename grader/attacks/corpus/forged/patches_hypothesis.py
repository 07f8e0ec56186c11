# /// attack
# why = "Makes properties ask nothing: `given` runs no example, and no value is ever drawn."
# outcomes = ["failed"]
# ///
import contextlib
import gc

with contextlib.suppress(ImportError):
    import hypothesis
    import hypothesis.core

    def given(*args, **kwargs):
        return lambda function: lambda *more, **names: None

    hypothesis.given = hypothesis.core.given = given
    hypothesis.settings.register_profile("none", max_examples=1, phases=())
    hypothesis.settings.load_profile("none")
    for thing in gc.get_objects():
        with contextlib.suppress(Exception):
            if hasattr(thing, "hypothesis"):
                thing.hypothesis.inner_test = lambda *args, **kwargs: None

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
