# /// attack
# why = "Returns floating-point numbers of eight bits, with which hardly any of torch's operations can compute."
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
            return noise.to(torch.float8_e4m3fn)

    modules(lambda *args, **kwargs: Network())
