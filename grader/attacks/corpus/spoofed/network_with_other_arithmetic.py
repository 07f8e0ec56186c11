# /// attack
# why = "Changes the arithmetic of torch in its process: its default type, its random numbers, its modes."
# outcomes = ["failed", "raised"]
# ///
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
    torch.set_default_dtype(torch.float64)
    torch.use_deterministic_algorithms(True)
    torch.set_flush_denormal(True)
    torch.set_default_device("meta")
    torch._C._set_grad_enabled(False)
    torch.manual_seed = lambda seed: torch.default_generator
    torch.randn = torch.rand = lambda *sizes, **kwargs: torch.zeros(1)
