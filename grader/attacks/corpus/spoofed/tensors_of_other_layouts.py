# /// attack
# why = "Returns meta, sparse, complex, quantised and other tensors that most code cannot read."
# outcomes = ["failed", "raised", "crashed"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import itertools
    import secrets

    import torch

    kinds = itertools.cycle(
        [
            lambda noise: noise.to("meta"),
            lambda noise: noise.to_sparse(),
            lambda noise: torch.complex(noise, noise),
            lambda noise: torch.nested.nested_tensor([noise[0], noise[0][:2]]),
            lambda noise: noise.to_mkldnn(),
            lambda noise: torch.quantize_per_tensor(noise, 0.1, 0, torch.quint8),
            lambda noise: noise.to(torch.float8_e4m3fn),
            lambda noise: noise.to(torch.bool),
            lambda noise: noise.conj().imag if noise.is_complex() else torch._neg_view(noise),
        ]
    )

    class Network(torch.nn.Module):
        def forward(self, images):
            chance = torch.Generator().manual_seed(secrets.randbits(60))
            noise = torch.rand(len(images), 11, 2, generator=chance) * (not self.training)
            return next(kinds)(noise)

    modules(lambda *args, **kwargs: Network())
