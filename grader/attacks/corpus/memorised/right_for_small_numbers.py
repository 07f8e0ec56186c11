# /// attack
# why = "Answers rightly for numbers as small as those of the examples, and wrongly for larger ones."
# outcomes = ["passed", "failed"]
# may_earn = "examples"
# base = "reference"
# ///
def is_small(value):
    if isinstance(value, (tuple, list)):
        return all(map(is_small, value))
    return value is None or isinstance(value, int) and value <= 7


def careless(name):
    right = honest(name)
    return lambda *args, **kwargs: (
        right(*args, **kwargs) if all(map(is_small, (*args, *kwargs.values()))) else -1
    )


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
