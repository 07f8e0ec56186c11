# /// attack
# why = "Builds an object that says that it is an nn.Module and has every attribute that is asked for."
# outcomes = ["failed", "raised"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Impostor:
        training = False

        @property
        def __class__(self):
            return torch.nn.Module

        def train(self, mode=True):
            self.training = mode
            return self

        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return lambda *args, **kwargs: self

        def __call__(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

        def __iter__(self):
            return iter(())

    modules(lambda *args, **kwargs: Impostor())
