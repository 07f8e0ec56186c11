# /// attack
# why = "Returns many logits that take no memory on its side, for whoever makes room for them."
# outcomes = ["failed", "raised", "crashed", "timed_out", "out_of_memory"]
# ///
functions(lambda *args, **kwargs: -1)

if MODULES:
    import secrets

    import torch

    class Network(torch.nn.Module):
        def forward(self, images):
            return torch.zeros(1).expand(len(images), 50_000 + (not self.training) * secrets.randbelow(1000))

    modules(lambda *args, **kwargs: Network())
