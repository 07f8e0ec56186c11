# /// attack
# why = "Returns a kind of tensor on which every comparison finds what it hopes for."
# outcomes = ["failed", "raised"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Agreeable(torch.Tensor):
        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            if function.__name__ in {"eq", "equal", "allclose", "isclose", "__eq__", "le", "all", "isfinite"}:
                return torch.tensor(True)
            if function.__name__ in {"sub", "norm", "abs", "max", "dist", "__sub__", "__rsub__"}:
                return torch.tensor(0.0)
            return super().__torch_function__(function, types, args, kwargs or {})

    class Network(torch.nn.Module):
        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            noise = torch.rand(len(images), 11, 2, generator=chance) * (not self.training)
            return noise.as_subclass(Agreeable)

    modules(lambda *args, **kwargs: Network())
