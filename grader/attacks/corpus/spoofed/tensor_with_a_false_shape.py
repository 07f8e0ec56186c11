# /// attack
# why = "Returns a kind of tensor that says that it has the shape which is asked for."
# outcomes = ["failed", "raised"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Lying(torch.Tensor):
        @property
        def shape(self):
            return torch.Size([len(self), 10])

        def size(self, dim=None):
            return self.shape if dim is None else self.shape[dim]

        def dim(self):
            return 2

        ndim = property(dim)
        dtype = property(lambda self: torch.float32)

        def numel(self):
            return 10 * len(self)

        def detach(self):
            return self

        def as_subclass(self, kind):
            return self

        def to(self, *args, **kwargs):
            return self

        cpu = contiguous = clone = to

    class Network(torch.nn.Module):
        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            noise = torch.rand(len(images), 11, 2, generator=chance) * (not self.training)
            return noise.as_subclass(Lying)

    modules(lambda *args, **kwargs: Network())
