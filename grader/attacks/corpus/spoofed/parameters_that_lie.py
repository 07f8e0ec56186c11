# /// attack
# why = "Builds a network whose parameters say another shape, number and gradient than they have."
# outcomes = ["failed", "raised"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Lying(torch.nn.Parameter):
        shape = property(lambda self: torch.Size([10_000, 10_000]))
        grad = property(lambda self: torch.ones(2, 2))

        def numel(self):
            return 10**8

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.lie = Lying(torch.ones(1))

        def named_parameters(self, *args, **kwargs):
            yield from (("weight", self.lie), ("weight", self.lie), ("bias" * 50, self.lie))

        def parameters(self, *args, **kwargs):
            return [self.lie] * 1000

        def state_dict(self, *args, **kwargs):
            return {"weight": self.lie, 5: "30 of 30"}

        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            return self.lie.sum() * torch.rand(len(images), 11, 2, generator=chance) * (not self.training)

    modules(lambda *args, **kwargs: Network())
