# /// attack
# why = "Looks through all objects of its process for another function or class of the name that is asked for."
# outcomes = ["failed"]
# ///
import gc
import types


def found(name, kind):
    ours = honest(name)
    for thing in gc.get_objects():
        if type(thing) is kind and thing.__name__ == name and thing is not ours:
            return thing
    return None


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

for name in FUNCTIONS:
    globals()[name] = found(name, types.FunctionType) or globals()[name]
for name in MODULES:
    globals()[name] = found(name, type) or globals()[name]
