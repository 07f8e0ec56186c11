# /// attack
# why = "Returns logits of another shape every time, for whoever compares two of them."
# outcomes = ["failed", "raised"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Network(torch.nn.Module):
        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            noise = torch.rand(len(images), 11, 2, generator=chance) * (not self.training)
            return noise if self.training else torch.zeros(len(images) + secrets.randbelow(100), 11 + secrets.randbelow(1000), 2)

    modules(lambda *args, **kwargs: Network())
