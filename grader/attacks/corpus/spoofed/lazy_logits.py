# /// attack
# why = "Returns an object that would work its logits out once somebody looks at them, and a generator."
# outcomes = ["raised", "failed"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Lazy:
        def __init__(self, noise):
            self.noise = noise

        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            return torch.tensor(0.0)

        def __array__(self, *args, **kwargs):
            return self.noise.numpy()

        def __getattr__(self, name):
            return getattr(self.noise, name)

        @property
        def __class__(self):
            return torch.Tensor

    class Network(torch.nn.Module):
        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            noise = torch.rand(len(images), 11, 2, generator=chance) * (not self.training)
            return Lazy(noise) if secrets.randbelow(2) else (row for row in noise)

    modules(lambda *args, **kwargs: Network())
