# /// attack
# why = "Answers rightly until it has been asked twice, as in a short trial, and wrongly ever after."
# outcomes = ["passed", "failed"]
# may_earn = "examples"
# base = "reference"
# ///
import itertools

calls = itertools.count(1)
TRAINS = {"train_one_epoch", "evaluate", "fit"}  # asked once or twice each, so that two right calls would be all


def careless(name):
    right = honest(name)
    return lambda *args, **kwargs: right(*args, **kwargs) if next(calls) <= 2 and name not in TRAINS else -1


for name in FUNCTIONS:
    globals()[name] = careless(name)

if MODULES:
    import secrets

    import torch

    class Wrong(torch.nn.Module):
        """Logits of no use: of a wrong shape, and other ones every time."""

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Wrong())
