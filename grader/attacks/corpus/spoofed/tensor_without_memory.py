# /// attack
# why = "Returns a wrapper of a tensor that says its shape and has no memory behind it."
# outcomes = ["failed", "raised", "crashed"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Hollow(torch.Tensor):
        @staticmethod
        def __new__(cls, noise):
            return torch.Tensor._make_wrapper_subclass(cls, (len(noise), 11, 2), dtype=torch.float32)

        @classmethod
        def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
            return args[0]

    class Network(torch.nn.Module):
        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            noise = torch.rand(len(images), 11, 2, generator=chance) * (not self.training)
            return Hollow(noise)

    modules(lambda *args, **kwargs: Network())
